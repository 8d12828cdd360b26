import type { ShardLease } from '../fleet/shard-lease.ts'
import { readCommitMark } from './commit-mark.ts'
import type { ShardContext } from './shard-context.ts'
import { startPosition } from './start-position.ts'

/**
 * Reads a shard's own commit again. Made once, when the former owner's session must be over: a commit of its that was
 * still on its way may have overwritten ours, and an idle shard would never commit again.
 *
 * @returns whether the position has to be committed once more.
 * @throws RK_STREAMING_TOKEN_NOT_NEWER when somebody newer has committed.
 */
export async function isCommitOverwritten(
  { shard, fence }: ShardLease,
  { positions, areTokensLasting }: ShardContext,
  signal: AbortSignal,
): Promise<boolean> {
  if (!positions) return false
  const committed = await positions.read(shard, signal)
  if (committed && readCommitMark(committed.metadata)?.token === fence.token) return false
  startPosition({ shard, fence, committed, nextOffset: undefined, areTokensLasting })
  return true
}
