import { messageOf, shardKey, sleep } from '@ringkeeper/core'
import type { ShardLease } from '../fleet/shard-lease.ts'
import type { ShardContext } from './shard-context.ts'
import { startPosition } from './start-position.ts'

/** Milliseconds between two attempts to ask the source where a new shard begins. */
const RETRY_PAUSE = 500

/** Finds where a shard goes on, or where the source says that it begins. Tries until it knows or the signal aborts. */
export async function findStart(lease: ShardLease, context: ShardContext, signal: AbortSignal): Promise<number> {
  const { shard, fence, nextOffset } = lease
  const { positions, areTokensLasting, source, ports } = context
  const committed = await positions?.read(shard, signal)
  const known = startPosition({ shard, fence, committed, nextOffset, areTokensLasting })
  if (known !== undefined) return known
  for (;;) {
    try {
      return await source.startPosition(shard, { signal })
    } catch (error) {
      signal.throwIfAborted()
      ports.logger.warn('the source does not say where a shard begins', {
        shard: shardKey(shard),
        error: messageOf(error),
      })
    }
    await sleep(RETRY_PAUSE, ports.timers, signal)
  }
}
