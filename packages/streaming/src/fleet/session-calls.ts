import { isRingkeeperError, untilConnected, type Coordinator } from '@ringkeeper/core'

/** {@link untilConnected}, at once where it is. */
export async function connected(session: Coordinator, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted()
  if (session.state !== 'connected') await untilConnected(session, 'waiting for the connection', signal)
}

/**
 * Makes an attempt again after each lost connection, until it is answered or the session ends.
 *
 * @param attempt - told whether an earlier attempt may have been applied without an answer.
 */
export async function persistently<T>(
  session: Coordinator,
  attempt: (mayBeApplied: boolean) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (let mayBeApplied = false; ;) {
    await connected(session, signal)
    try {
      return await attempt(mayBeApplied)
    } catch (error) {
      if (!isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) throw error
      mayBeApplied ||= (error.data as { outcome?: string }).outcome !== 'not-sent'
    }
  }
}

/** The answer, or `undefined` where there is no such node. */
export function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (isRingkeeperError(error, 'RK_CORE_NO_NODE')) return undefined
    throw error
  })
}

/** Creates persistent nodes, parents first, in one flush; those that exist are left alone. */
export async function ensureNodes(session: Coordinator, paths: readonly string[]): Promise<void> {
  const unlessThere = (error: unknown): void => {
    if (!isRingkeeperError(error, 'RK_CORE_NODE_EXISTS')) throw error
  }
  await Promise.all(paths.map((path) => session.create(path).then(() => undefined, unlessThere)))
}

/** Whether the error says that the session has ended. */
export function isSessionOver(error: unknown): boolean {
  return isRingkeeperError(error, 'RK_CORE_SESSION_EXPIRED') || isRingkeeperError(error, 'RK_CORE_CLOSED')
}

/** Whether the session is over for good. */
export function isSessionEnded(session: Coordinator): boolean {
  return session.state === 'expired' || session.state === 'closed'
}
