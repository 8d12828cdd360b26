import type { CoordinatorBackend, Ports, Shard, Source } from '@ringkeeper/core'
import type { RingConfig } from './check-config.ts'
import type { FleetMember, FleetMemberView } from './member-node.ts'
import type { ShardHost, ShardState } from './shard-lease.ts'
import type { FleetShardStatus } from './shard-tasks.ts'

/** Milliseconds of a server's tick where nothing else is said, as ZooKeeper is shipped. */
export const defaultServerTick = 2000

/** What a worker needs to work in a fleet. */
export interface FleetOptions {
  readonly backend: CoordinatorBackend
  /** The node below which all pipelines are, such as `/ringkeeper`; made when missing. */
  readonly root: string
  readonly pipeline: string
  /** The worker's id; no two workers of a pipeline have the same. */
  readonly nodeId: string
  readonly member: FleetMember
  /** Milliseconds; the server may change it. */
  readonly sessionTimeout: number
  /** Settings that all workers must have in common. */
  readonly config: RingConfig
  /** Says which shards there are; asked by the leader only. */
  readonly source: Pick<Source, 'bounded' | 'shards'>
  readonly host: ShardHost
  /** Milliseconds that a shard may take to drain, and again to commit. */
  readonly drainTimeout: number
  /** Milliseconds between two writes of the positions to the shards' nodes. */
  readonly mirrorInterval: number
  /** Milliseconds of the server's tick; 2000 by default. */
  readonly serverTick?: number
  /** Milliseconds to wait for the first session; 30 000 by default. */
  readonly connectTimeout?: number
  readonly ports: Ports
  /** Gives up joining; no effect after that. */
  readonly signal?: AbortSignal
  /** Called with each new state of a shard on this worker. */
  readonly onShardState?: (shard: Shard, state: ShardState) => void
}

/** What a worker knows about its fleet at one moment. */
export interface FleetStatus {
  readonly nodeId: string
  /** In hexadecimal, as ZooKeeper's own tools print it; `undefined` while there is no session. */
  readonly sessionId: string | undefined
  /** Whether the session is proved alive, so that shards may be acquired. */
  readonly isJoined: boolean
  readonly isDraining: boolean
  readonly isLeader: boolean
  /** The leader's id. */
  readonly leaderId: string | undefined
  readonly members: readonly FleetMemberView[]
  readonly plan: PlanStatus | undefined
  /** The shards that this worker owns, wants, or is about to let go. */
  readonly shards: readonly FleetShardStatus[]
}

/** The newest plan, in short. */
export interface PlanStatus {
  readonly version: number
  readonly isPaused: boolean
  readonly isFinished: boolean
  /** How many shards there are. */
  readonly shards: number
  /** How many of them nobody should own. */
  readonly unowned: number
}
