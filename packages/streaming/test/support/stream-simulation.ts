import {
  shardKey,
  sleep,
  type Chunk,
  type Random,
  type RecordFailure,
  type Shard,
  type Sink,
  type WriteContext,
} from '@ringkeeper/core'
import { FakeClock, seededRandom } from '@ringkeeper/testing'
import { PipelineHost } from '../../src/shard/pipeline-host.ts'
import type { ShardRun } from '../../src/fleet/shard-lease.ts'
import type { TargetSpec } from '../../src/target/target-spec.ts'
import type { TestRecord } from './batch.ts'
import { newCounts, type SimulationCounts } from './simulation-counts.ts'
import { DeliveryLedger } from './delivery-ledger.ts'
import { FakeLease } from './fake-lease.ts'
import { FakePositions, FakeSource } from './fake-source.ts'

const RECORDS = 300
const KEYS = 9
const NAMES = ['a', 'b', 'c', 'd']

/**
 * Two workers that take three shards from each other, over sinks that are slow, refuse, hang, or apply a write and lose
 * the answer, while leases run short and rings change. Throws when a promise is broken.
 */
export class StreamSimulation {
  readonly counts: SimulationCounts = newCounts()
  readonly #clock: FakeClock
  readonly #random: Random
  readonly #positions = new FakePositions()
  readonly #source: FakeSource
  readonly #shards: readonly Shard[] = [0, 1, 2].map((partition) => ({ topic: 't', partition }))
  readonly #records = new Map<string, readonly TestRecord[]>()
  readonly #leases = new Map<bigint, FakeLease>()
  readonly #ledger = new DeliveryLedger(this.#shards.map(shardKey), RECORDS)
  readonly #nodes = new Map<string, number>()
  readonly #ringChanges: Promise<void>[] = []
  #token = 0n
  #isCalm = false

  constructor(seed: number) {
    this.#clock = new FakeClock({ seed })
    this.#random = seededRandom(`stream/${seed}`)
    this.#source = new FakeSource(this.#positions)
    this.#source.batchSize = 1 + this.#below(20)
    this.#positions.commit = this.#commitBadly(this.#positions.commit)
    const { open } = this.#source
    this.#source.open = (shard, position) => {
      const known = this.#nodes.get(shardKey(shard)) ?? 0
      if (position < known) this.#broken(`${shardKey(shard)} was opened at ${position}, before ${known}`)
      return open(shard, position)
    }
    for (const shard of this.#shards) {
      const key = (): TestRecord => (this.#chance(0.1) ? {} : { key: `k${this.#below(KEYS)}` })
      this.#records.set(
        shardKey(shard),
        Array.from({ length: RECORDS }, (_, at) => ({ ...key(), value: this.#chance(0.02) ? 'poison' : `v${at}` })),
      )
    }
  }

  /** Commits that fail, and that arrive long after they were sent. */
  #commitBadly(commit: FakePositions['commit']): FakePositions['commit'] {
    return async (positions) => {
      for (const { shard, position, metadata } of positions) {
        this.#checkPosition(shardKey(shard), position)
        const lease = this.#leases.get(BigInt((JSON.parse(metadata) as { token: string }).token)) as FakeLease
        if (!lease.isHeld()) this.#broken(`${shardKey(shard)} was committed without a lease`)
      }
      const dice = this.#isCalm ? 1 : this.#random.next()
      if (dice < 0.1) throw new Error('the broker is away')
      if (dice < 0.2) {
        this.counts.lateCommits += 1
        await this.#pause(this.#below(3000))
      }
      await commit(positions)
    }
  }

  /** Runs to the end, when every record must have left. */
  async run(): Promise<void> {
    const clock = this.#clock
    const hosts = ['w0', 'w1'].map((name) => this.#host(name))
    const owners = this.#shards.map((shard) => this.#live(shard, hosts))
    const feeding = this.#feed()
    const changes = this.#changeRings(hosts)
    await clock.advance(20_000)
    this.#isCalm = true
    await clock.run(Promise.all([feeding, changes]), { limit: 600_000 })
    await clock
      .runUntil(() => this.#ledger.isComplete, { limit: 600_000 })
      .catch(() => {
        throw new Error(`lost: ${this.#ledger.missing}`)
      })
    await clock.run(Promise.all(this.#ringChanges), { limit: 600_000 })
    await clock.advance(3000)
    for (const shard of this.#shards) {
      const position = this.#positions.stored.get(shardKey(shard))?.position
      if (position !== RECORDS) throw new Error(`the position of ${shardKey(shard)} stays at ${position}`)
    }
    this.#ledger.checkOrder()
    this.#isOver = true
    await clock.run(Promise.all([...owners, ...hosts.map((host) => host[Symbol.asyncDispose]())]), { limit: 600_000 })
  }

  #isOver = false

  /** Owns one shard by one worker after the other. */
  async #live(shard: Shard, hosts: readonly PipelineHost[]): Promise<void> {
    while (!this.#isOver) {
      const token = (this.#token += 1n)
      const worker = this.#below(2)
      const nextOffset = this.#nodes.get(shardKey(shard))
      const lease = new FakeLease(this.#clock, shard, { token, worker: `w${worker}`, nextOffset: nextOffset as number })
      this.#leases.set(token, lease)
      await this.#own(lease, (hosts[worker] as PipelineHost).start(lease))
      const mirrored = lease.mirrored.at(-1)
      if (mirrored !== undefined) this.#nodes.set(shardKey(shard), mirrored)
    }
  }

  async #own(lease: FakeLease, run: ShardRun): Promise<void> {
    run.failed.catch((error: unknown) => {
      throw error
    })
    for (;;) {
      await this.#pause(50 + this.#below(400))
      if (this.#isOver) return await run.fence()
      if (this.#isCalm) {
        lease.deadline = this.#clock.monotonic() + 10_000
        continue
      }
      const dice = this.#random.next()
      if (dice < 0.15) {
        this.counts.fenced += 1
        lease.lose()
        return await run.fence()
      }
      if (dice < 0.35) return await this.#handOver(lease, run)
      if (dice < 0.5) {
        this.counts.expired += 1
        lease.deadline = this.#clock.monotonic() + this.#below(300)
      } else {
        lease.deadline = this.#clock.monotonic() + 4000
      }
    }
  }

  async #handOver(lease: FakeLease, run: ShardRun): Promise<void> {
    this.counts.drained += 1
    lease.deadline = this.#clock.monotonic() + 100_000
    const hurry = new AbortController()
    const cancel = this.#clock.ports.timers.set(this.#below(1000), () => hurry.abort())
    const position = await run.drain({ signal: hurry.signal })
    cancel()
    if (position === undefined) return
    this.#checkPosition(shardKey(lease.shard), position)
    await run.commit(position)
    lease.mirrored.push(position)
  }

  async #feed(): Promise<void> {
    for (let at = 0; at < RECORDS;) {
      const count = 1 + this.#below(20)
      for (const shard of this.#shards) {
        this.#source.append(shard, ...(this.#records.get(shardKey(shard)) ?? []).slice(at, at + count))
      }
      at += count
      await this.#pause(this.#below(500))
    }
  }

  async #changeRings(hosts: readonly PipelineHost[]): Promise<void> {
    for (let change = 0; change < 25; change += 1) {
      await this.#pause(this.#below(700))
      const host = this.#below(2)
      this.counts.ringChanges += 1
      this.#ringChanges.push((hosts[host] as PipelineHost).setTargets(this.#targets(`w${host}`)))
    }
  }

  #host(worker: string): PipelineHost {
    const settings = {
      commitInterval: 300,
      mirrorInterval: 700,
      writeTimeout: 200,
      stallTimeout: 10_000,
      maxBytesInFlight: 20_000,
      maxBytesInFlightPerShard: 4000,
      sessionTimeout: 4000,
    }
    const route = { key: 'key', points: 16, flipDeadline: 1 + this.#below(1500), targets: this.#targets(worker) }
    const deadLetters = { ...this.#spec('dead', 1, worker), onError: { ...this.#policy, then: 'block' as const } }
    return new PipelineHost({ ports: this.#clock.ports, source: this.#source, route, deadLetters, settings })
  }

  /** Some of the targets, with some weights; the sink of a name is new after the name was away. */
  #targets(worker: string): TargetSpec[] {
    const names = NAMES.filter(() => this.#chance(0.6))
    if (names.length === 0) names.push('a')
    const specs = names.map((name, at) => this.#spec(name, at === 0 ? 1 : this.#below(3), worker))
    for (const key of this.#specs.keys()) {
      if (key.startsWith(worker) && !names.some((name) => key === `${worker} ${name}`)) this.#specs.delete(key)
    }
    return specs
  }

  readonly #specs = new Map<string, Sink>()
  readonly #policy = { retry: { initial: 20, max: 200, factor: 2 }, maxAttempts: 3, then: 'deadLetter' as const }

  #spec(name: string, weight: number, worker: string): TargetSpec {
    const key = `${worker} ${name}`
    const sink = this.#specs.get(key) ?? this.#sink(name)
    if (name !== 'dead') this.#specs.set(key, sink)
    return {
      name,
      weight,
      sink,
      capabilities: { ordered: true, idempotent: false, fenced: false, retainsBytes: false },
      onError: name === 'dead' ? this.#policy : { ...this.#policy, maxAttempts: 1000 },
    }
  }

  #sink(name: string): Sink {
    let writing = 0
    let isDisposed = false
    const slowness = 10 + this.#below(120)
    return {
      write: async (chunks, context) => {
        if (isDisposed) throw this.#broken(`a write to ${name} after its sink was disposed of`)
        if ((writing += 1) > 1) throw this.#broken(`two writes at once to ${name}`)
        this.#checkLeases(chunks, context)
        try {
          return await this.#write(name, chunks, context, slowness)
        } finally {
          writing -= 1
        }
      },
      [Symbol.asyncDispose]: async () => {
        isDisposed = true
      },
    }
  }

  #failure: Error | undefined

  /** The runtime treats what a sink throws as the sink's trouble: remember it. */
  #broken(message: string): Error {
    this.#failure ??= new Error(message)
    return this.#failure
  }

  /** The first promise that was broken. */
  get failure(): Error | undefined {
    return this.#failure
  }

  async #write(
    name: string,
    chunks: readonly Chunk[],
    { signal }: WriteContext,
    slowness: number,
  ): Promise<readonly RecordFailure[] | void> {
    const dice = this.#isCalm ? 1 : this.#random.next()
    if (dice < 0.1) {
      this.counts.hung += 1
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => setTimeoutOn(this.#clock, this.#below(50), reject)),
      )
    }
    if (this.#chance(0.7)) await sleep(this.#below(slowness), this.#clock.ports.timers, signal)
    if (dice < 0.2) {
      this.counts.rejected += 1
      throw new Error('refused')
    }
    const failures = this.#take(name, chunks, dice < 0.4 ? 0.1 : 0)
    if (dice >= 0.4 && dice < 0.45) {
      this.counts.applied += 1
      throw new Error('applied, but the answer was lost')
    }
    return failures
  }

  /** As an ordered sink: after a failure nothing more of its key and shard is taken. */
  #take(name: string, chunks: readonly Chunk[], failureRate: number): readonly RecordFailure[] {
    const failures: RecordFailure[] = []
    const held = new Set<string>()
    chunks.forEach(({ batch, selection, fence }, chunk) => {
      for (let at = selection.start; at < selection.end; at += 1) {
        const index = selection.indices[at] as number
        const offset = batch.offsets[index] as number
        const shard = shardKey(batch)
        const { key = '', value } = (this.#records.get(shard) ?? [])[offset] as { key?: string; value?: string }
        const isPoison = value === 'poison' && name !== 'dead'
        const isHeldBack = key !== '' && held.has(`${shard} ${key}`)
        if (isHeldBack || isPoison || this.#chance(failureRate)) {
          held.add(`${shard} ${key}`)
          failures.push({ chunk, index, error: new Error('refused'), isRetryable: !isPoison || isHeldBack, isHeldBack })
          continue
        }
        if (name === 'dead') this.counts.deadLetters += 1
        this.#ledger.left({ shard, offset, key, token: fence.token }, name === 'dead')
      }
    })
    if (failures.length > 0) this.counts.partial += 1
    return failures
  }

  #checkLeases(chunks: readonly Chunk[], { timeout }: WriteContext): void {
    for (const { fence, batch } of chunks) {
      const lease = this.#leases.get(fence.token) as FakeLease
      const isSafe = lease.isHeld() && lease.deadline - this.#clock.monotonic() > timeout
      if (!isSafe) throw this.#broken(`a write of ${shardKey(batch)} began with too little time`)
    }
  }

  #checkPosition(shard: string, position: number): void {
    const fault = this.#ledger.faultOf(shard, position)
    if (fault !== undefined) this.#broken(fault)
  }

  #below(limit: number): number {
    return Math.floor(this.#random.next() * limit)
  }

  #chance(probability: number): boolean {
    return this.#random.next() < probability
  }

  #pause(ms: number): Promise<void> {
    return sleep(ms, this.#clock.ports.timers)
  }
}

function setTimeoutOn(clock: FakeClock, ms: number, reject: (error: Error) => void): void {
  clock.ports.timers.set(ms, () => reject(new Error('cut off')))
}
