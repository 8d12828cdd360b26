import type { PipelineShardStatus, PipelineStatus } from '@ringkeeper/streaming'

/** What a check found. */
export interface Health {
  readonly ok: boolean
  /** Why not, one line each. */
  readonly problems: readonly string[]
}

/** Whether the worker does its work: no shard has records to process and makes no progress. */
export function liveness(status: PipelineStatus): Health {
  const stalled = status.shards.filter(({ progress }) => progress?.isStalled)
  return health(
    stalled.map(
      (shard) => `${nameOf(shard)} has made no progress for ${Math.round(shard.progress?.sinceProgress ?? 0)} ms`,
    ),
  )
}

/** Whether the worker has all it should have: it is in the fleet, and each of its shards is active or waits for its owner. */
export function readiness(status: PipelineStatus): Health {
  const { fleet, shards } = status
  const fleetProblems = [
    ...(fleet.isJoined ? [] : ['the worker is not a member of the fleet at this moment']),
    ...(fleet.isDraining ? ['the worker is leaving'] : []),
  ]
  const unready = shards.filter(({ state }) => state !== 'active' && state !== 'waiting')
  return health([...fleetProblems, ...unready.map((shard) => `${nameOf(shard)} is ${shard.state}`)])
}

function health(problems: readonly string[]): Health {
  return { ok: problems.length === 0, problems }
}

function nameOf({ shard }: PipelineShardStatus): string {
  return `${shard.topic}/${shard.partition}`
}
