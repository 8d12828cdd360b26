import type { Coordinator } from './coordinator.ts'
import { coordinatorErrors } from './errors.ts'

/**
 * Waits until the session is connected. For recipes: what failed with `RK_CORE_CONNECTION_LOSS` can then be looked at
 * and tried again.
 *
 * @param operation - what needs the session, for messages.
 * @throws `RK_CORE_SESSION_EXPIRED` or `RK_CORE_CLOSED` when the session is over; the signal's reason.
 */
export async function untilConnected(
  coordinator: Pick<Coordinator, 'states'>,
  operation: string,
  signal?: AbortSignal,
): Promise<void> {
  for await (const state of coordinator.states({ signal })) {
    if (state === 'connected') return
    if (state === 'expired') throw coordinatorErrors.SESSION_EXPIRED({ operation })
    if (state === 'closed') throw coordinatorErrors.CLOSED({ operation })
  }
  signal?.throwIfAborted()
  throw coordinatorErrors.CLOSED({ operation })
}
