import { memory, type MemorySession, type MemoryTree } from '@ringkeeper/coordination'
import { Latest, shardKey, silentLogger, type CoordinatorBackend, type Shard, type Source } from '@ringkeeper/core'
import { FakeClock, type FakeProcess } from '@ringkeeper/testing'
import { Fleet } from '../../src/fleet/fleet.ts'
import type { FleetOptions } from '../../src/fleet/fleet-options.ts'
import { fleetPaths, type FleetPaths } from '../../src/fleet/fleet-paths.ts'
import { readFleet, type FleetView } from '../../src/fleet/read-fleet.ts'
import type { ShardState } from '../../src/fleet/shard-lease.ts'
import { FakeShardHost, type HostEvent } from './fake-shard-host.ts'

/** `count` shards of the topic `orders`. */
export function shardsOf(count: number): Shard[] {
  return Array.from({ length: count }, (_, partition) => ({ topic: 'orders', partition }))
}

/** A source whose list of shards the test changes. */
export class FakeSource implements Pick<Source, 'bounded' | 'shards'> {
  readonly bounded: boolean
  readonly list: Latest<readonly Shard[]>

  constructor(shards: readonly Shard[], bounded = false) {
    this.bounded = bounded
    this.list = new Latest(shards)
  }

  shards = (options: { readonly signal: AbortSignal }): AsyncIterable<readonly Shard[]> => this.list.values(options)
}

/** Options of {@link FleetWorld}. */
export interface FleetWorldOptions {
  readonly shards?: number
  readonly bounded?: boolean
  readonly sessionTimeout?: number
}

/** A tree on a fake clock, and whole workers of one fleet, each a process of its own. */
export class FleetWorld {
  static readonly tick = 100
  readonly clock: FakeClock = new FakeClock()
  readonly tree: MemoryTree = memory({ ports: this.clock.ports, tickTime: FleetWorld.tick })
  readonly paths: FleetPaths = fleetPaths('/ringkeeper', 'orders')
  readonly source: FakeSource
  readonly sessionTimeout: number
  /** What all workers did, in order. */
  readonly events: HostEvent[] = []
  readonly workers: FleetWorker[] = []
  /** A session that only looks, and plays the operator. */
  observer!: MemorySession

  private constructor(options: FleetWorldOptions) {
    this.source = new FakeSource(shardsOf(options.shards ?? 6), options.bounded)
    this.sessionTimeout = options.sessionTimeout ?? 4000
  }

  static async make(options: FleetWorldOptions = {}): Promise<FleetWorld> {
    const world = new FleetWorld(options)
    world.observer = await world.do(world.tree.connect({ sessionTimeout: 60_000 }))
    return world
  }

  /** Lets time pass until the work is done. */
  do<T>(work: Promise<T>): Promise<T> {
    return this.clock.run(work, { limit: 300_000 })
  }

  until(condition: () => boolean, limit = 300_000): Promise<void> {
    return this.clock.runUntil(condition, { limit })
  }

  /** Begins to join. */
  start(nodeId: string, overrides: Partial<FleetOptions> = {}): FleetWorker {
    const worker = new FleetWorker(this, nodeId, overrides)
    this.workers.push(worker)
    return worker
  }

  /** Joins, and waits until every shard is active somewhere, as the plan says. */
  async join(nodeId: string, overrides: Partial<FleetOptions> = {}): Promise<FleetWorker> {
    const worker = this.start(nodeId, overrides)
    await this.do(worker.fleet.joined())
    await this.settle()
    return worker
  }

  /** Lets time pass until the newest plan is carried out. */
  async settle(): Promise<void> {
    await this.until(() => this.isSettled)
    // A plan on its way would show itself at once.
    await this.clock.advance(50)
    await this.until(() => this.isSettled)
  }

  get isSettled(): boolean {
    const alive = this.workers.filter(({ isAlive }) => isAlive)
    const owned = alive.flatMap(({ active }) => active)
    const expected = this.source.list.value.map(shardKey).sort()
    return JSON.stringify(owned.sort()) === JSON.stringify(expected)
  }

  async view(): Promise<FleetView> {
    const view = await this.do(readFleet(this.observer, '/ringkeeper', 'orders'))
    if (!view) throw new Error('there is no fleet')
    return view
  }
}

/** One worker of a {@link FleetWorld}. */
export class FleetWorker {
  readonly nodeId: string
  readonly process: FakeProcess
  readonly host: FakeShardHost
  readonly fleet: Fleet
  /** All sessions that it had. */
  readonly sessions: MemorySession[] = []
  /** All states that any shard went through, as `orders/0 active`. */
  readonly log: string[] = []
  /** What it has warned about: the message with its data. */
  readonly warnings: object[] = []
  /** What it has told, warnings too: the messages alone. */
  readonly told: string[] = []
  failure: unknown
  isDone = false

  constructor(world: FleetWorld, nodeId: string, overrides: Partial<FleetOptions>) {
    this.nodeId = nodeId
    this.process = world.clock.process(`${nodeId}#${world.workers.length}`)
    const { ports } = this.process
    const { sessions, log, warnings, told } = this
    const info = (message: string): void => void told.push(message)
    const warn = (message: string, data?: object): void => {
      info(message)
      warnings.push({ message, ...data })
    }
    const backend: CoordinatorBackend = {
      name: 'memory',
      connect: async (options) => {
        const session = await world.tree.connect({ ...options, ports })
        sessions.push(session)
        return session
      },
    }
    this.host = new FakeShardHost({ clock: world.clock, events: world.events })
    this.fleet = new Fleet({
      backend,
      root: '/ringkeeper',
      pipeline: 'orders',
      nodeId,
      member: { host: 'localhost', pid: world.workers.length + 1, weight: 1 },
      sessionTimeout: world.sessionTimeout,
      config: { hash: 'murmur3', points: 512 },
      source: world.source,
      host: this.host,
      drainTimeout: 5000,
      mirrorInterval: 2000,
      serverTick: FleetWorld.tick,
      ports: { ...ports, logger: { ...silentLogger, info, warn } },
      onShardState: (shard: Shard, state: ShardState) => void log.push(`${shardKey(shard)} ${state}`),
      ...overrides,
    })
    this.fleet.done.then(
      () => (this.isDone = true),
      (error: unknown) => (this.failure = error),
    )
  }

  get session(): MemorySession {
    return this.sessions.at(-1)!
  }

  get isAlive(): boolean {
    return !this.process.isKilled && !this.isDone
  }

  /** The shards that are active here. */
  get active(): string[] {
    return this.fleet
      .status()
      .shards.filter(({ state }) => state === 'active')
      .map(({ shard }) => shardKey(shard))
  }

  /** As by `kill -9`. */
  kill(): void {
    this.process.kill()
  }
}
