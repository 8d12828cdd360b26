import { errorFields, shardKey, sleep, type StoredPosition } from '@ringkeeper/core'
import type { ShardLease } from '../fleet/shard-lease.ts'
import { readCommitMark } from './commit-mark.ts'
import type { ShardContext } from './shard-context.ts'
import { startPosition, type Start } from './start-position.ts'

/** Milliseconds between two attempts to ask the source where a new shard begins. */
const RETRY_PAUSE = 500

/**
 * Finds where a shard goes on, or where the source says that it begins. Tries until it knows or the signal aborts.
 *
 * @param foreseen - the committed position, when somebody has begun to read it.
 */
export async function findStart(
  lease: ShardLease,
  foreseen: Promise<StoredPosition | undefined> | undefined,
  context: ShardContext,
  signal: AbortSignal,
): Promise<Start> {
  const { shard, fence, nextOffset } = lease
  const { positions, areTokensLasting, source, ports } = context
  const read = (): Promise<StoredPosition | undefined> | undefined => positions?.read(shard, signal)
  const committed = await (foreseen ? foreseen.catch(read) : read())
  if (committed && nextOffset !== undefined && !readCommitMark(committed.metadata)) {
    const fields = { shard: shardKey(shard), position: committed.position, ours: nextOffset }
    ports.logger.warn('the offset of a shard was set by somebody else: it is obeyed', fields)
  }
  const known = startPosition({ shard, fence, committed, nextOffset, areTokensLasting })
  if (known !== undefined) return known
  for (;;) {
    try {
      return { position: await source.startPosition(shard, { signal }), isNew: true }
    } catch (error) {
      signal.throwIfAborted()
      ports.logger.warn('the source does not say where a shard begins', {
        shard: shardKey(shard),
        ...errorFields(error),
      })
    }
    await sleep(RETRY_PAUSE, ports.timers, signal)
  }
}
