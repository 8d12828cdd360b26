import { memory, type MemorySession, type MemoryTree } from '@ringkeeper/coordination'
import {
  isRingkeeperError,
  messageOf,
  shardKey,
  sleep,
  type Ports,
  type Shard,
  type StoredPosition,
} from '@ringkeeper/core'
import { pipelineWarnings } from '@ringkeeper/streaming'
import { FakeClock } from '@ringkeeper/testing'
import { Dice } from './dice.ts'
import { FakeKafka } from './fake-kafka.ts'
import type { SinkTrouble } from './fake-sink.ts'
import { faultNames, faults, type Fault, type FaultName } from './faults.ts'
import { Ledger } from './ledger.ts'
import { Positions } from './positions.ts'
import type { SimulatedRecord } from './records.ts'
import { SimulatedWorker, type WorkerWorld } from './simulated-worker.ts'
import { times } from './times.ts'
import { paths, TreeWatch, type TreeLease } from './tree-watch.ts'
import { Verdict, type Violation } from './verdict.ts'

/** What a schedule came to. */
export interface Outcome {
  readonly seed: number
  /** The promise that was broken first, if any. */
  readonly violation: Violation | undefined
  /** How often each fault struck. */
  readonly faults: Readonly<Partial<Record<FaultName, number>>>
  readonly workers: number
  readonly records: number
  readonly duplicates: number
}

/**
 * One schedule of a whole fleet, made of a seed: at least three workers, at least three faults, and then calm, in which every
 * record must leave, every shard must have one owner, and whoever leaves must have left.
 */
export class Simulation implements WorkerWorld {
  readonly seed: number
  readonly dice: Dice
  readonly clock: FakeClock
  readonly ports: Ports
  readonly tree: MemoryTree
  readonly verdict: Verdict
  readonly ledger: Ledger
  readonly kafka: FakeKafka
  readonly workers: SimulatedWorker[] = []
  readonly trouble: SinkTrouble
  /** Targets that are down for good. */
  readonly dead = new Set<string>()
  readonly routeKey: 'key' | 'value.customer'
  readonly #positions: Positions
  readonly #struck: Partial<Record<FaultName, number>> = {}
  readonly #hasForgetfulCoordinator: boolean
  #operator: MemorySession | undefined
  #watch: TreeWatch | undefined
  #isStopped = false
  #operating: Promise<void> = Promise.resolve()

  /** @param say - is given a trace of what happens. */
  constructor(seed: number, say?: (line: string) => void) {
    this.seed = seed
    this.dice = new Dice(`simulation/${seed}`)
    this.clock = new FakeClock({ seed })
    this.ports = this.clock.ports
    const now = (): number => this.clock.monotonic()
    this.verdict = new Verdict(now, say)
    this.tree = memory({ ports: this.ports, tickTime: times.tick })
    this.routeKey = this.dice.chance(0.15) ? 'value.customer' : 'key'
    // What nobody is warned of is promised: the order of all records that are routed by one key.
    const warnings = pipelineWarnings({
      route: { key: this.routeKey },
      deadLetters: { type: 'simulated', options: {} },
    })
    const isOrderPromised = !warnings.some(({ path }) => path === 'route.key')
    this.ledger = new Ledger(this.verdict, ({ key, customer }, shard) =>
      this.routeKey === 'key' ? key : isOrderPromised ? customer : `${shard} ${customer}`,
    )
    this.#positions = new Positions(now, this.verdict)
    this.kafka = new FakeKafka(this.ports, this.dice, {
      onAppend: (shard, records) => this.ledger.appended(shardKey(shard), records),
      onCommit: (commit) => this.#positions.committed(commit),
    })
    this.trouble = {
      down: new Set(),
      isSlow: false,
      hangs: 0,
      losesAnswer: 0,
      refuses: 0,
      isUncuttable: this.dice.chance(0.3),
    }
    this.#hasForgetfulCoordinator = this.dice.chance(0.03)
  }

  async run(): Promise<Outcome> {
    this.#operator = await this.clock.run(this.tree.connect({ sessionTimeout: 1_000_000_000 }))
    this.#watch = new TreeWatch(this.#operator, () => this.clock.monotonic(), this.ledger, this.verdict, {
      onEnd: (shard, lease) => this.#leaseEnded(shard, lease),
    })
    void this.#watch.run().catch((error: unknown) => this.verdict.break('failed', `the watch: ${messageOf(error)}`))
    for (let count = this.dice.between(3, 6); count > 0; count -= 1) this.kafka.addShard()
    this.#makePast()
    for (let count = this.dice.between(3, 5); count > 0; count -= 1)
      this.later(this.dice.between(0, 500), () => this.start())
    for (const shard of this.kafka.shards.value) this.#scheduleRecords(shard)
    this.#scheduleFaults()
    await this.#pass(times.trouble + 2 * times.longestFault)
    if (this.#hasForgetfulCoordinator) this.#checkRefusal()
    else await this.#recover()
    return {
      seed: this.seed,
      violation: this.verdict.violation,
      faults: this.#struck,
      workers: this.workers.length,
      records: this.ledger.records,
      duplicates: this.ledger.duplicates,
    }
  }

  /** A worker joins: a new one, or one that restarts under the id of one that was killed. */
  start(id = `w${this.workers.length}`): void {
    this.verdict.trace(() => `${id} starts`)
    const worker = new SimulatedWorker(id, this.clock.process(`${id} ${this.workers.length}`), this)
    // It has to wait for the end of its former life.
    if (this.workers.some((other) => other.id === id)) worker.trouble(0)
    this.workers.push(worker)
  }

  later = (delay: number, act: () => void): void => void this.ports.timers.set(delay, act)

  addShard(): void {
    const shard = this.kafka.addShard()
    this.kafka.append(shard, this.#records(shard, 20))
  }

  /** Stops all servers; gives back what starts them again, unless they stand still already. */
  stopCoordinator(duration: number): (() => void) | undefined {
    if (this.#isStopped) return undefined
    this.#isStopped = true
    for (const worker of this.workers) worker.trouble(duration)
    this.tree.stop()
    return () => {
      this.#isStopped = false
      this.tree.start()
    }
  }

  /** An operator changes the tree, one thing after the other, as soon as it can be reached. */
  operator(act: (session: MemorySession) => Promise<unknown>): void {
    this.#operating = this.#operating.then(async () => {
      for (;;) {
        try {
          return void (await act(this.#operator!))
        } catch (error) {
          if (!isRingkeeperError(error)) throw error
          if (!isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) return
        }
        await sleep(100, this.ports.timers)
      }
    })
  }

  /** An operator sets the offsets of a worker's shards back. */
  resetOffsets(worker: string): void {
    for (const [key, { lease }] of this.#watch!.shards) {
      const committed = this.kafka.committed.get(key)
      if (lease?.worker !== worker || !committed) continue
      const position = this.dice.between(this.#positions.lowest(key), committed.position + 1)
      this.kafka.committed.set(key, { position, metadata: '' })
      this.verdict.trace(() => `an operator sets ${key} back to ${position}`)
      this.#positions.reset(key)
      this.#watch!.shard(key).isReset = true
    }
  }

  onRead(worker: SimulatedWorker, shard: Shard, committed: StoredPosition | undefined): void {
    this.#positions.read(`${worker.process.name} ${shardKey(shard)}`, committed)
  }

  onOpen(worker: SimulatedWorker, shard: Shard, position: number): void {
    const key = shardKey(shard)
    this.verdict.trace(() => `${worker.id} opens ${key} at ${position}`)
    this.ledger.opened(key, position)
    const { lease, nextOffset } = this.#watch!.shard(key)
    if (lease?.session !== worker.session?.sessionId || !lease) return
    this.#positions.opened(`${worker.process.name} ${key}`, lease.token, position, nextOffset)
  }

  onFailure(worker: SimulatedWorker, error: unknown): void {
    worker.isLeaving = true
    const isExpected = this.#hasForgetfulCoordinator && isRingkeeperError(error, 'RK_STREAMING_TOKEN_NOT_NEWER')
    if (!isExpected) this.verdict.break('failed', `${worker.id} failed: ${messageOf(error)}`)
  }

  /** What was there before the first worker came. */
  #makePast(): void {
    const { kafka, dice } = this
    for (const shard of kafka.shards.value) kafka.append(shard, this.#records(shard, dice.between(0, 30)))
    if (dice.chance(0.2)) kafka.startFrom = 'latest'
    kafka.keepsOffsets = this.#hasForgetfulCoordinator || dice.chance(0.85)
    if (!kafka.keepsOffsets) return
    const hasOffsets = dice.chance(0.15)
    for (const shard of kafka.shards.value) {
      const position = dice.between(0, kafka.log(shard).length + 1)
      // Of some other consumer, or of a fleet whose coordinator has lost its tree.
      if (hasOffsets) kafka.committed.set(shardKey(shard), { position, metadata: '' })
      if (!this.#hasForgetfulCoordinator) continue
      const metadata = JSON.stringify({ ringkeeper: 1, token: '1000000000000', node: 'former' })
      kafka.committed.set(shardKey(shard), { position, metadata })
    }
  }

  #scheduleRecords(shard: Shard): void {
    for (let at = 0; at < times.trouble + times.longestFault; at += this.dice.between(200, 2500)) {
      const records = this.#records(shard, this.dice.between(1, 25))
      this.later(at, () => this.kafka.append(shard, records))
    }
  }

  #scheduleFaults(): void {
    for (let count = this.dice.between(3, 9); count > 0; count -= 1) {
      const name = this.dice.pick(faultNames)
      this.later(this.dice.between(800, times.trouble), () => this.#strike(name))
    }
  }

  /** Begins a fault and ends it after some time. One that finds nobody becomes a worker that joins. */
  #strike(name: FaultName): void {
    const { dice } = this
    const duration = dice.chance(0.5)
      ? dice.between(times.sessionTimeout / 2, times.longestFault)
      : dice.between(20, times.sessionTimeout / 2)
    const fault: Fault = faults[name]
    this.verdict.trace(() => `*** ${name}, for ${duration}`)
    const end = fault(this, duration)
    if (end === false) return this.#strike('worker joins')
    this.#struck[name] = (this.#struck[name] ?? 0) + 1
    if (end === true) return
    this.later(duration, () => {
      this.verdict.trace(() => `*** end of ${name}`)
      end()
    })
  }

  #records({ partition }: Shard, count: number): SimulatedRecord[] {
    return Array.from({ length: count }, () => ({
      key: this.dice.chance(0.1) ? '' : `p${partition}k${this.dice.between(0, 6)}`,
      customer: `c${this.dice.between(0, 8)}`,
      isPoison: this.dice.chance(0.02),
    }))
  }

  async #pass(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms
    while (this.clock.monotonic() < end && !this.verdict.violation) {
      await this.clock.advance(100)
      this.#checkProgress()
    }
  }

  async #recover(): Promise<void> {
    if (!this.workers.some(({ isStaying }) => isStaying)) this.start()
    // Twice: what was still on its way the first time may change something.
    for (let round = 0; round < 2; round += 1) {
      let disorder = await this.#disorder()
      for (let waited = 0; disorder && waited < times.recovery && !this.verdict.violation; waited += 200) {
        await this.#pass(200)
        disorder = await this.#disorder()
      }
      if (disorder) this.verdict.break(disorder.kind, disorder.what)
      await this.#pass(2 * times.sessionTimeout)
    }
  }

  /** A lease may only end when the plan, its worker or a fault has to do with it. */
  #leaseEnded(shard: Shard, lease: TreeLease): void {
    const worker = this.#workerOf(lease)
    if (!worker?.isStaying || !lease.isPlanned || this.clock.monotonic() < worker.troubledUntil) return
    if (this.#hasForgetfulCoordinator) return
    const what = `${worker.id} gave ${shardKey(shard)} with token ${lease.token} away for no reason`
    this.verdict.break('paused', what)
  }

  #workerOf({ session }: TreeLease): SimulatedWorker | undefined {
    return this.workers.find(({ sessions }) => sessions.some(({ sessionId }) => sessionId === session))
  }

  /** What has to hold all the time, looked at now and then. */
  #checkProgress(): void {
    if (this.#hasForgetfulCoordinator) return
    const now = this.clock.monotonic()
    for (const [key, { lease, freeSince, plannedSince, nextOffset }] of this.#watch!.shards) {
      const id = this.#watch!.plannedOwner(key)
      const worker = lease ? this.#workerOf(lease) : this.workers.findLast((each) => each.id === id)
      if (!worker?.isStaying || now < worker.troubledUntil) continue
      if (lease) this.#positions.checkMirrored(key, lease, nextOffset)
      else if (now - Math.max(freeSince, plannedSince) > 1500) {
        this.verdict.break('unowned', `${key} is free since ${freeSince}, and ${id} does not take it`)
      }
    }
  }

  /** With tokens below those that were committed nobody may touch anything. */
  #checkRefusal(): void {
    const touched = this.kafka.shards.value.find((shard) => this.ledger.isBegun(shardKey(shard)))
    if (touched) this.verdict.break('lost', `${shardKey(touched)} was read in spite of a newer owner's commit`)
  }

  /** What is not as it should be in the end. */
  async #disorder(): Promise<Violation | undefined> {
    const { unfinished, staleKey } = this.ledger
    if (unfinished !== undefined) return { kind: 'lost', what: unfinished }
    if (staleKey !== undefined) return { kind: 'order', what: staleKey }
    const staying = this.workers.filter(({ isStaying }) => isStaying)
    for (const shard of this.kafka.shards.value) {
      const key = shardKey(shard)
      const owners = staying.filter(({ active }) => active.includes(key)).map(({ id }) => id)
      if (owners.length === 0) return { kind: 'unowned', what: `nobody works on ${key}` }
      if (owners.length > 1) return { kind: 'two owners', what: `${owners.join(' and ')} work on ${key}` }
      const planned = this.#watch!.plannedOwner(key)
      if (planned !== owners[0])
        return { kind: 'unowned', what: `${key} is ${planned}'s, and ${owners[0]} works on it` }
      const end = this.kafka.log(shard).length
      const kept = this.#keptPosition(key)
      if (kept !== end) return { kind: 'lost', what: `${key} ends at ${end}, and its position stays at ${kept}` }
    }
    return await this.#leftovers(staying)
  }

  /** Where a shard goes on after an operator has stopped everything. */
  #keptPosition(key: string): number | undefined {
    if (!this.kafka.keepsOffsets) return this.#watch!.shard(key).nextOffset
    const committed = this.kafka.committed.get(key)
    return committed?.metadata === '' ? undefined : committed?.position
  }

  async #leftovers(staying: readonly SimulatedWorker[]): Promise<Violation | undefined> {
    for (const { id, isLeaving, hasLeft, process, timers, sessions } of this.workers) {
      if (!isLeaving || process.isKilled) continue
      if (!hasLeft) return { kind: 'failed', what: `${id} does not come to leave` }
      if (timers > 0) return { kind: 'left behind', what: `${id} has left, and ${timers} of its timers are set` }
      if (sessions.some(({ state }) => state !== 'closed' && state !== 'expired')) {
        return { kind: 'left behind', what: `${id} has left, and its session is there` }
      }
    }
    const count = async (path: string): Promise<number> => (await this.#operator!.children(path)).children.length
    for (const path of [paths.members, paths.election]) {
      const nodes = await this.clock.run(count(path))
      if (nodes !== staying.length)
        return { kind: 'left behind', what: `${path} has ${nodes} nodes of ${staying.length} workers` }
    }
    return undefined
  }
}
