import { isRingkeeperError, messageOf, type Coordinator, type Logger } from '@ringkeeper/core'

/**
 * Deletes an ephemeral node of a session: tried again after each reconnect, until it is gone or the session is over. A
 * node that came to belong to another session is left alone. Never rejects.
 */
export async function discardNode(coordinator: Coordinator, path: string, logger: Logger): Promise<void> {
  for await (const state of coordinator.states()) {
    if (state !== 'connected') continue
    try {
      // The server may be behind: a node that it does not know yet would stay for ever.
      await coordinator.sync(path)
      const stat = await coordinator.exists(path)
      if (stat?.ephemeralOwner === coordinator.sessionId) await coordinator.delete(path)
      return
    } catch (error) {
      if (isRingkeeperError(error, 'RK_CORE_NO_NODE')) return
      if (isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) continue
      if (!isRingkeeperError(error, 'RK_CORE_SESSION_EXPIRED') && !isRingkeeperError(error, 'RK_CORE_CLOSED'))
        logger.warn('a node could not be discarded', { path, error: messageOf(error) })
      return
    }
  }
}
