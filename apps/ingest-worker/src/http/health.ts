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

/** Whether the worker has all it should have: it is in the fleet, can read and commit, and each of its shards is active or waits for its owner. */
export function readiness(status: PipelineStatus): Health {
  const { fleet, shards, hindrances } = status
  // Then no shard can be in order, and to list them would hide the reason.
  if (!fleet.isJoined)
    return health(['the worker is not a member of the fleet at this moment: it waits for the coordinator'])
  const states = new Set(shards.map(({ state }) => state).filter((state) => state !== 'active' && state !== 'waiting'))
  const unready = [...states].map((state) => {
    const those = shards.filter((shard) => shard.state === state)
    return `${namesOf(those)} ${those.length === 1 ? 'is' : 'are'} ${state}`
  })
  const hindered = hindrances
    .filter(({ isLasting }) => isLasting)
    .map(({ what, reason, duration }) => `${what} has been impossible for ${Math.floor(duration / 1000)} s: ${reason}`)
  return health([...(fleet.isDraining ? ['the worker is leaving'] : []), ...hindered, ...unready])
}

function health(problems: readonly string[]): Health {
  return { ok: problems.length === 0, problems }
}

const mostNames = 3

function namesOf(shards: readonly PipelineShardStatus[]): string {
  const names = shards.slice(0, mostNames).map(nameOf).join(', ')
  return shards.length <= mostNames ? names : `${names} and ${shards.length - mostNames} others`
}

function nameOf({ shard }: PipelineShardStatus): string {
  return `${shard.topic}/${shard.partition}`
}
