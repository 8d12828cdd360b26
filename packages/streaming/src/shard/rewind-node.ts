import { errorFields, shardKey, sleep, type Ports } from '@ringkeeper/core'
import type { ShardLease } from '../fleet/shard-lease.ts'

/** Milliseconds between two attempts. */
const RETRY_PAUSE = 200

/**
 * Writes a position that goes back to the shard's node; tries until it succeeds or the signal aborts. To be done before it
 * is committed: whoever opens the shard next takes the greater of node and commit, and would skip what lies between.
 */
export async function rewindNode(
  lease: ShardLease,
  position: number,
  ports: Ports,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      return await lease.mirror(position)
    } catch (error) {
      signal.throwIfAborted()
      const fields = { shard: shardKey(lease.shard), position, ...errorFields(error) }
      ports.logger.warn('a position that goes back could not be written', fields)
    }
    await sleep(RETRY_PAUSE, ports.timers, signal)
  }
}
