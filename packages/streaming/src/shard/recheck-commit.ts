import { shardKey } from '@ringkeeper/core'
import { readCommitMark } from './commit-mark.ts'
import type { KeptShard } from './position-keeper.ts'
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
  kept: KeptShard,
  { positions, areTokensLasting, ports }: ShardContext,
  signal: AbortSignal,
): Promise<boolean> {
  if (!positions) return false
  const { shard, fence } = kept.lease
  const committed = await positions.read(shard, signal)
  const mark = committed && readCommitMark(committed.metadata)
  if (mark?.token === fence.token) return false
  if (committed && !mark) {
    const fields = { shard: shardKey(shard), position: committed.position, ours: kept.position }
    const what = 'the offset of a shard was set by somebody else while it is processed here: it is overwritten'
    ports.logger.warn(`${what}; stop the pipeline to set offsets`, fields)
  }
  startPosition({ shard, fence, committed, nextOffset: undefined, areTokensLasting })
  return true
}
