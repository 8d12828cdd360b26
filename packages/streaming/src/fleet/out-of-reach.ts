import type { Coordinator } from '@ringkeeper/core'
import { aborted } from './deadline.ts'

/**
 * Resolves when the time for leaving is over, none of the writes can still be applied, and the coordinator is out of touch:
 * the end of the session gives the shards back.
 *
 * @param session - the newest one.
 * @param settled - resolves when none of the writes can still be applied.
 */
export async function outOfReach(
  session: () => Coordinator | undefined,
  settled: () => Promise<unknown>,
  limit: AbortSignal,
): Promise<void> {
  await aborted(limit)
  for await (const state of session()?.states() ?? []) {
    if (state !== 'connected') await settled()
    if (session()?.state !== 'connected') return
  }
}
