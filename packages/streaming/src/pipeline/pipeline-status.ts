import { shardKey, type Shard } from '@ringkeeper/core'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetStatus } from '../fleet/fleet-options.ts'
import type { ShardState } from '../fleet/shard-lease.ts'
import type { HostStatus, PipelineHost } from '../shard/pipeline-host.ts'
import type { HandOvers, ShardHandOvers } from './hand-overs.ts'
import type { ShardStatus } from '../shard/shard-status.ts'

/** One shard of this worker: how it stands with its lease, and what is done with its records. */
export interface PipelineShardStatus {
  readonly shard: Shard
  /** How it stands with the lease. */
  readonly state: ShardState
  /** The lease's token; absent while there is none. */
  readonly token: bigint | undefined
  /** What is done with its records; absent before it is opened. */
  readonly progress: ShardStatus | undefined
}

/** What a pipeline's worker does at one moment. */
export interface PipelineStatus extends Omit<HostStatus, 'shards'> {
  readonly pipeline: string
  readonly worker: string
  readonly fleet: Omit<FleetStatus, 'shards'>
  /** The shards that this worker owns, wants, or is about to let go. */
  readonly shards: readonly PipelineShardStatus[]
  /** Every shard that was ever here. */
  readonly handOvers: readonly ShardHandOvers[]
}

/** Puts together what the fleet and the data path know. */
export function pipelineStatus(
  pipeline: string,
  fleet: Fleet,
  host: PipelineHost,
  handOvers: HandOvers,
): PipelineStatus {
  const { shards: leases, ...fleetStatus } = fleet.status()
  const { shards: running, ...hostStatus } = host.status
  // A shard that was fenced can still be closing when its next lease is open: the newest one counts.
  const progress = new Map(running.map((status) => [shardKey(status), status]))
  return {
    pipeline,
    worker: fleetStatus.nodeId,
    fleet: fleetStatus,
    ...hostStatus,
    shards: leases.map(({ shard, state, token }) => ({ shard, state, token, progress: progress.get(shardKey(shard)) })),
    handOvers: handOvers.counts,
  }
}
