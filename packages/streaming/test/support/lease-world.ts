import { memory, type MemorySession, type MemoryTree } from '@ringkeeper/coordination'
import { Latest, type Shard } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { ShardAcquirer } from '../../src/fleet/acquire-shards.ts'
import { fleetPaths, type FleetPaths } from '../../src/fleet/fleet-paths.ts'
import { GatheredMultis } from '../../src/fleet/gathered-multis.ts'
import { PositionMirror } from '../../src/fleet/position-mirror.ts'
import { ensureNodes } from '../../src/fleet/session-calls.ts'
import type { ShardState } from '../../src/fleet/shard-lease.ts'
import { ShardTask, type Tenure } from '../../src/fleet/shard-task.ts'
import { FakeShardHost } from './fake-shard-host.ts'

const text = (data: Uint8Array): string => new TextDecoder().decode(data)
export const json = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

/** A tree on a fake clock, and workers that do everything but plan. */
export class LeaseWorld {
  readonly clock: FakeClock = new FakeClock()
  readonly tree: MemoryTree = memory({ ports: this.clock.ports, tickTime: 100 })
  readonly paths: FleetPaths = fleetPaths('/ringkeeper', 'orders')
  /** A session that only looks, and plays the operator. */
  observer!: MemorySession

  static async make(): Promise<LeaseWorld> {
    const world = new LeaseWorld()
    world.observer = await world.do(world.tree.connect({ sessionTimeout: 60_000 }))
    const { base, members, shards } = world.paths
    await world.do(ensureNodes(world.observer, ['/ringkeeper', base, members, shards]))
    return world
  }

  /** Lets time pass until the work is done. */
  do<T>(work: Promise<T>): Promise<T> {
    return this.clock.run(work, { limit: 120_000 })
  }

  async worker(nodeId: string): Promise<LeaseWorker> {
    const worker = new LeaseWorker(this, nodeId)
    await this.do(worker.join())
    return worker
  }

  async shardNode(shard: Shard): Promise<Record<string, unknown>> {
    const { data } = await this.do(this.observer.get(this.paths.shard(shard)))
    return JSON.parse(text(data)) as Record<string, unknown>
  }

  async owner(shard: Shard): Promise<{ nodeId: string; token: bigint; session: bigint } | undefined> {
    await this.do(this.observer.sync('/'))
    const stat = await this.do(this.observer.exists(this.paths.owner(shard)))
    if (!stat) return undefined
    const { data } = await this.do(this.observer.get(this.paths.owner(shard)))
    return { ...(JSON.parse(text(data)) as { nodeId: string }), token: stat.czxid, session: stat.ephemeralOwner }
  }
}

/** One worker of a {@link LeaseWorld}. */
export class LeaseWorker {
  readonly nodeId: string
  readonly world: LeaseWorld
  readonly host: FakeShardHost
  /** All states that any shard went through, as `orders/0 active`. */
  readonly log: string[] = []
  readonly failures: unknown[] = []
  readonly hurry: AbortController = new AbortController()
  readonly tenure: Latest<Tenure | undefined> = new Latest<Tenure | undefined>(undefined)
  session!: MemorySession

  constructor(world: LeaseWorld, nodeId: string) {
    this.world = world
    this.nodeId = nodeId
    this.host = new FakeShardHost({ clock: world.clock })
  }

  /** A new session with a member node, and a tenure on it. */
  async join(): Promise<Tenure> {
    this.session = await this.world.tree.connect({ sessionTimeout: 4000 })
    await this.session.create(this.world.paths.member(this.nodeId), json({}), { mode: 'ephemeral' })
    return this.renew()
  }

  /** A new tenure on the same session. */
  renew(): Tenure {
    const { paths, clock } = this.world
    const hold = this.session.hold(paths.member(this.nodeId), { discardWhenLost: false })
    const mirror = new PositionMirror(this.session, paths, clock.ports, 2000)
    const ground = { session: this.session, hold, mirror, multis: new GatheredMultis(this.session) }
    const tenure = { ...ground, acquirer: new ShardAcquirer(ground, paths, this.nodeId, clock.ports) }
    this.tenure.set(tenure)
    return tenure
  }

  task(shard: Shard): ShardTask {
    const { paths, clock } = this.world
    const onState = ({ topic, partition }: Shard, state: ShardState): void =>
      void this.log.push(`${topic}/${partition} ${state}`)
    const context = {
      paths,
      host: this.host,
      ports: clock.ports,
      drainTimeout: 5000,
      hurry: this.hurry.signal,
      onState,
    }
    const task = new ShardTask(shard, context, { isWanted: true, tenure: this.tenure.value })
    task.run().catch((error: unknown) => this.failures.push(error))
    return task
  }
}
