import { memory, type MemorySession, type MemoryTree } from '@ringkeeper/coordination'
import { isRingkeeperError, shardKey, type Ports, type Shard } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { Dice } from './dice.ts'
import { FakeKafka } from './fake-kafka.ts'
import type { SinkTrouble } from './fake-sink.ts'
import { faults, strike, type FaultName } from './faults.ts'
import { Ledger, type Violation } from './ledger.ts'
import type { SimulatedRecord } from './records.ts'
import { SimulatedWorker } from './simulated-worker.ts'
import { times } from './times.ts'

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
 * One schedule of a whole fleet, made of a seed: at least three workers over three shards, at least three faults, and then calm, in
 * which every record must leave, every shard must have one owner, and whoever leaves must have left.
 */
export class Simulation {
  readonly seed: number
  readonly dice: Dice
  readonly clock: FakeClock
  readonly ports: Ports
  readonly tree: MemoryTree
  readonly kafka: FakeKafka
  readonly ledger: Ledger
  readonly workers: SimulatedWorker[] = []
  readonly trouble: SinkTrouble = { isDying: false, isSlow: false, hangs: 0, losesAnswer: 0, refuses: 0 }
  readonly #struck: Partial<Record<FaultName, number>> = {}
  #operator: MemorySession | undefined
  #isStopped = false
  readonly #keepsOffsets: boolean

  constructor(seed: number) {
    this.seed = seed
    this.dice = new Dice(`simulation/${seed}`)
    this.clock = new FakeClock({ seed })
    this.ports = this.clock.ports
    this.tree = memory({ ports: this.ports, tickTime: times.tick })
    // Some sources keep no positions: then the shards' nodes are all there is.
    this.#keepsOffsets = this.dice.chance(0.75)
    this.kafka = new FakeKafka(this.ports, this.dice, [0, 1, 2].map(shardOf), this.#keepsOffsets)
    this.ledger = new Ledger(this.kafka.logs)
  }

  get logs(): FakeKafka['logs'] {
    return this.kafka.logs
  }

  get shardPaths(): readonly string[] {
    return this.kafka.shards.value.map((shard) => `/ringkeeper/simulation/shards/${shardKey(shard)}`)
  }

  async run(): Promise<Outcome> {
    this.#operator = await this.clock.run(this.tree.connect({ sessionTimeout: 1_000_000 }))
    for (let count = 0; count < 3; count += 1) this.later(this.dice.between(0, 500), () => this.start())
    this.#scheduleRecords()
    this.#scheduleFaults()
    await this.#pass(times.trouble + times.longestFault)
    await this.#recover()
    return {
      seed: this.seed,
      violation: this.ledger.violation,
      faults: this.#struck,
      workers: this.workers.length,
      records: [...this.logs.values()].reduce((sum, { length }) => sum + length, 0),
      duplicates: this.ledger.duplicates,
    }
  }

  /** A worker joins: a new one, or one that restarts under the id of one that was killed. */
  start(id = `w${this.workers.length}`): void {
    const process = this.clock.process(`${id} ${this.workers.length}`)
    this.workers.push(new SimulatedWorker(id, process, this))
  }

  addShard(): void {
    const shard = shardOf(this.kafka.shards.value.length)
    this.kafka.addShard(shard)
    this.kafka.append(shard, this.#records(20))
  }

  later(delay: number, act: () => void): void {
    this.ports.timers.set(delay, act)
  }

  /** Stops all servers; gives back what starts them again, unless they stand still already. */
  stopCoordinator(): (() => void) | undefined {
    if (this.#isStopped) return undefined
    this.#isStopped = true
    this.tree.stop()
    return () => {
      this.#isStopped = false
      this.tree.start()
    }
  }

  /** An operator deletes a node. */
  operator(path: string): void {
    this.ledger.operatorActs = true
    this.#operator?.delete(path).catch((error: unknown) => {
      if (!isRingkeeperError(error)) throw error
    })
  }

  #scheduleRecords(): void {
    for (const shard of this.kafka.shards.value) {
      for (let at = 0; at < times.trouble; at += this.dice.between(200, 2500)) {
        const records = this.#records(this.dice.between(1, 25))
        this.later(at, () => this.kafka.append(shard, records))
      }
    }
  }

  #scheduleFaults(): void {
    const names = Object.keys(faults) as FaultName[]
    for (let count = this.dice.between(3, 9); count > 0; count -= 1) {
      const name = this.dice.pick(names)
      this.#struck[name] = (this.#struck[name] ?? 0) + 1
      this.later(this.dice.between(800, times.trouble), () => strike(this, name))
    }
  }

  #records(count: number): SimulatedRecord[] {
    return Array.from({ length: count }, () => ({
      key: this.dice.chance(0.1) ? '' : `k${this.dice.between(0, 6)}`,
      isPoison: this.dice.chance(0.02),
    }))
  }

  async #pass(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms
    while (this.clock.monotonic() < end && !this.ledger.violation) await this.clock.advance(250)
  }

  async #recover(): Promise<void> {
    if (!this.workers.some(({ isStaying }) => isStaying)) this.start()
    const end = this.clock.monotonic() + times.recovery
    while (this.#disorder && this.clock.monotonic() < end && !this.ledger.violation) await this.clock.advance(100)
    const disorder = this.#disorder
    if (disorder) return this.ledger.break(disorder.kind, disorder.what)
    // Owners look at their commits once more, a session timeout after they came.
    await this.#pass(times.sessionTimeout + times.settling)
    for (const shard of this.kafka.shards.value) {
      const position = await this.#keptPosition(shard)
      const { length } = this.logs.get(shardKey(shard))!
      if (position === length) continue
      this.ledger.break('failed', `${shardKey(shard)} has ${length} records and its position stays at ${position}`)
    }
  }

  async #keptPosition(shard: Shard): Promise<number | undefined> {
    if (this.#keepsOffsets) return this.kafka.committed.get(shardKey(shard))?.position
    const { data } = await this.clock.run(this.#operator!.get(`/ringkeeper/simulation/shards/${shardKey(shard)}`))
    return (JSON.parse(new TextDecoder().decode(data)) as { nextOffset?: number }).nextOffset
  }

  /** What is not as it should be in the end. */
  get #disorder(): Violation | undefined {
    const { missing } = this.ledger
    if (missing > 0) return { kind: 'lost', what: `${missing} records have not left` }
    const shards = this.kafka.shards.value.map(shardKey)
    const owned = this.workers.filter(({ isStaying }) => isStaying).flatMap(({ active }) => active.map(shardKey))
    const unowned = shards.filter((key) => !owned.includes(key))
    if (unowned.length > 0) return { kind: 'unowned', what: `nobody works on ${unowned.join(', ')}` }
    if (owned.length > shards.length) return { kind: 'two owners', what: `active are ${owned.join(', ')}` }
    const leaving = this.workers.filter(({ isLeaving, hasLeft, process }) => isLeaving && !hasLeft && !process.isKilled)
    if (leaving.length === 0) return undefined
    return { kind: 'failed', what: `${leaving.map(({ id }) => id).join(', ')} does not come to leave` }
  }
}

function shardOf(partition: number): Shard {
  return { topic: 'orders', partition }
}
