import { memory, type MemoryTree } from '@ringkeeper/coordination'
import { isRingkeeperError, messageOf, shardKey, type Ports, type Shard, type StoredPosition } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { Dice } from './dice.ts'
import { disorderOf } from './end-state.ts'
import { FakeKafka } from './fake-kafka.ts'
import type { SinkTrouble } from './fake-sink.ts'
import type { FaultName } from './faults.ts'
import { Ledger } from './ledger.ts'
import { Operator } from './operator.ts'
import { Positions } from './positions.ts'
import { Schedule } from './schedule.ts'
import { drawSettings, orderOf, type Settings } from './settings.ts'
import { SimulatedWorker, type WorkerWorld } from './simulated-worker.ts'
import { times } from './times.ts'
import { TreeWatch, type TreeLease } from './tree-watch.ts'
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
  readonly settings: Settings
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
  readonly schedule: Schedule
  readonly #positions: Positions
  #operator: Operator | undefined
  #observed: TreeWatch | undefined
  #isStopped = false

  /** @param say - is given a trace of what happens. */
  constructor(seed: number, say?: (line: string) => void) {
    this.seed = seed
    this.dice = new Dice(`simulation/${seed}`)
    this.settings = drawSettings(this.dice)
    this.clock = new FakeClock({ seed })
    this.ports = this.clock.ports
    this.verdict = new Verdict(this.clock.monotonic, say)
    this.verdict.trace(() => JSON.stringify(this.settings))
    this.tree = memory({ ports: this.ports, tickTime: times.tick })
    this.ledger = new Ledger(this.verdict, orderOf(this.settings))
    this.#positions = new Positions(this.clock.monotonic, this.verdict)
    this.kafka = new FakeKafka(this.ports, this.dice, this.settings, {
      onAppend: (shard, records) => this.ledger.appended(shardKey(shard), records),
      onCommit: (commit) => {
        this.ledger.begun(shardKey(commit.shard), commit.position)
        this.#positions.committed(commit)
      },
    })
    this.trouble = { down: new Set(), isSlow: false, hangs: 0, losesAnswer: 0, refuses: 0 }
    this.schedule = new Schedule(this)
  }

  get operator(): Operator {
    return this.#operator!
  }

  /** What the tree shows. */
  get observed(): TreeWatch {
    return this.#observed!
  }

  async run(): Promise<Outcome> {
    const session = await this.clock.run(this.tree.connect({ sessionTimeout: 1_000_000_000 }))
    this.#operator = new Operator(session, this.ports)
    this.#observed = new TreeWatch(session, this.clock.monotonic, this.ledger, this.verdict, {
      onEnd: (shard, lease) => this.#leaseEnded(shard, lease),
    })
    this.#observed.run().catch((error: unknown) => this.verdict.break('failed', `the observer: ${messageOf(error)}`))
    this.schedule.begin()
    await this.#pass(times.trouble + 2 * times.longestFault)
    if (this.#isForgotten) this.#checkRefusal()
    else await this.#recover()
    return {
      seed: this.seed,
      violation: this.verdict.violation,
      faults: this.schedule.struck,
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

  /** The worker that owns a shard at this moment. */
  ownerOf(shard: Shard): SimulatedWorker | undefined {
    const { lease } = this.observed.shard(shardKey(shard))
    return lease && this.#workerOf(lease)
  }

  /** The worker that made the newest plan, as long as it is expected to go on. */
  get leader(): SimulatedWorker | undefined {
    const id = this.observed.plan?.leader
    return this.workers.findLast((worker) => worker.id === id && worker.isStaying)
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

  /** An operator sets the offsets of a worker's shards back. */
  resetOffsets(worker: string): void {
    for (const [key, entry] of this.observed.shards) {
      const committed = this.kafka.committed.get(key)
      if (entry.lease?.worker !== worker || !committed) continue
      const position = this.dice.between(this.#positions.lowest(key), committed.position + 1)
      this.verdict.trace(() => `an operator sets ${key} back to ${position}`)
      this.kafka.committed.set(key, { position, metadata: '' })
      this.#positions.reset(key)
      entry.isReset = true
    }
  }

  onRead(worker: SimulatedWorker, shard: Shard, committed: StoredPosition | undefined): void {
    this.#positions.read(`${worker.process.name} ${shardKey(shard)}`, committed)
  }

  onOpen(worker: SimulatedWorker, shard: Shard, position: number): void {
    const key = shardKey(shard)
    this.verdict.trace(() => `${worker.id} opens ${key} at ${position}`)
    this.ledger.opened(key, position)
    const { lease, nextOffset } = this.observed.shard(key)
    // One that is late, or finds that it is too late.
    if (!lease || lease.session !== worker.session?.sessionId) return
    const reader = `${worker.process.name} ${key}`
    if (this.settings.keepsOffsets) this.#positions.opened(reader, lease.token, position, nextOffset)
  }

  onFailure(worker: SimulatedWorker, error: unknown): void {
    worker.isLeaving = true
    const isExpected = this.#isForgotten && isRingkeeperError(error, 'RK_STREAMING_TOKEN_NOT_NEWER')
    if (!isExpected) this.verdict.break('failed', `${worker.id} failed: ${messageOf(error)}`)
  }

  get #isForgotten(): boolean {
    return this.settings.past === 'forgotten'
  }

  async #pass(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms
    while (this.clock.monotonic() < end && !this.verdict.violation) {
      await this.clock.advance(100)
      if (this.#isForgotten) continue
      this.#checkProgress()
      this.#checkPlan()
    }
  }

  async #recover(): Promise<void> {
    if (!this.workers.some(({ isStaying }) => isStaying)) this.start()
    await this.#settle()
    // What was still on its way may change something.
    await this.#pass(2 * times.sessionTimeout)
    await this.#settle()
  }

  /** Waits until all is well; if it does not come to that, it is broken. */
  async #settle(): Promise<void> {
    let disorder = await disorderOf(this)
    for (let waited = 0; disorder && waited < times.recovery && !this.verdict.violation; waited += 200) {
      await this.#pass(200)
      disorder = await disorderOf(this)
    }
    if (disorder) this.verdict.break(disorder.kind, disorder.what)
  }

  /** A lease may only end when the plan, its worker or a fault has to do with it. */
  #leaseEnded(shard: Shard, lease: TreeLease): void {
    const worker = this.#workerOf(lease)
    if (this.#isForgotten || !worker?.isStaying || !lease.isPlanned) return
    const now = this.clock.monotonic()
    const { plannedSince } = this.observed.shard(shardKey(shard))
    // It may not have heard of the plan yet, or have acted on the one before.
    const isNews = now - Math.max(lease.since, plannedSince) < times.messagesOfAPlan * this.settings.latency
    if (isNews || now < worker.troubledUntil) return
    const what = `${worker.id} gave ${shardKey(shard)} with token ${lease.token} away for no reason`
    this.verdict.break('paused', what)
  }

  /** What has to hold all the time, looked at now and then. */
  #checkProgress(): void {
    const now = this.clock.monotonic()
    for (const [key, { lease, freeSince, plannedSince, nextOffset }] of this.observed.shards) {
      const id = this.observed.plannedOwner(key)
      const worker = lease ? this.#workerOf(lease) : this.workers.findLast((each) => each.id === id)
      if (!worker?.isStaying || now < worker.troubledUntil) continue
      if (lease) this.#positions.checkMirrored(key, lease, nextOffset)
      else if (now - Math.max(freeSince, plannedSince) > times.acquire) {
        this.verdict.break('unowned', `${key} is free since ${freeSince}, and ${id} does not take it`)
      }
    }
  }

  /** Where nothing happens to anybody the plan is made for the members that there are. */
  #checkPlan(): void {
    const now = this.clock.monotonic()
    const { plan, members, membersSince } = this.observed
    if (now - membersSince < times.acquire || this.workers.some(({ troubledUntil }) => now < troubledUntil)) return
    // Where nobody is nobody plans.
    if (members.size === 0) return
    const planned = plan?.members.map(({ id }) => id) ?? []
    if (planned.length === members.size && planned.every((id) => members.has(id))) return
    this.verdict.break('unowned', `the plan is for ${planned.join(' ')}, and there are ${[...members].join(' ')}`)
  }

  /** With tokens below those that were committed nobody may touch anything. */
  #checkRefusal(): void {
    for (const shard of this.kafka.shards.value.slice(0, this.settings.shards)) {
      const key = shardKey(shard)
      if (this.ledger.isBegun(key)) this.verdict.break('lost', `${key} was read in spite of a newer owner's commit`)
    }
  }

  #workerOf({ session }: TreeLease): SimulatedWorker | undefined {
    return this.workers.find(({ sessions }) => sessions.some(({ sessionId }) => sessionId === session))
  }
}
