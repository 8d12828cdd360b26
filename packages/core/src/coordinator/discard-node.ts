import { isRingkeeperError, errorFields } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { sleep } from '../wait.ts'
import type { Coordinator } from './coordinator.ts'

/** Milliseconds. */
const firstPause = 500
const longestPause = 5000

/** Errors after which there is nothing left to delete. */
const gone = ['RK_CORE_NO_NODE', 'RK_CORE_SESSION_EXPIRED', 'RK_CORE_CLOSED']

/**
 * What {@link Coordinator.discard} does, for those who write a coordinator: deletes an ephemeral node of the session, again after
 * each reconnect and each refusal, until it is gone or the session is over. A node that came to belong to another session is
 * left alone. Never rejects.
 */
export async function discardNode(
  coordinator: Coordinator,
  path: string,
  { timers, logger }: Pick<Ports, 'timers' | 'logger'>,
): Promise<void> {
  let pause = firstPause
  for await (const _ of coordinator.states()) {
    while (coordinator.state === 'connected') {
      try {
        await deleteOwn(coordinator, path)
        return
      } catch (error) {
        if (isRingkeeperError(error) && gone.includes(error.code)) return
        if (isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) break
        logger.warn('a discarded node is not gone yet', { path, ...errorFields(error) })
        await sleep(pause, timers)
        pause = Math.min(2 * pause, longestPause)
      }
    }
  }
}

async function deleteOwn(coordinator: Coordinator, path: string): Promise<void> {
  // The server may be behind: a node that it does not know yet would stay for ever.
  const [, stat] = await Promise.all([coordinator.sync(path), coordinator.exists(path)])
  if (stat?.ephemeralOwner === coordinator.sessionId) await coordinator.delete(path)
}
