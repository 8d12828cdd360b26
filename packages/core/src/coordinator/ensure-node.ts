import { isRingkeeperError } from '../errors.ts'
import type { Coordinator } from './coordinator.ts'
import type { CallOptions } from './operations.ts'
import { parentPath } from './path.ts'
import { untilConnected } from './until-connected.ts'

/**
 * Makes a node, and the nodes above it, unless they are there. A lost connection is waited out.
 *
 * @param mode - of the node itself; those above it are persistent. `container` becomes `persistent` where the backend
 * has no containers. A container may be deleted again at any time while it is empty.
 * @throws `RK_CORE_SESSION_EXPIRED` or `RK_CORE_CLOSED` when the session is over; the signal's reason.
 */
export async function ensureNode(
  coordinator: Coordinator,
  path: string,
  mode: 'persistent' | 'container' = 'persistent',
  options: CallOptions = {},
): Promise<void> {
  const { signal } = options
  const kind = coordinator.capabilities.containers ? mode : 'persistent'
  for (;;) {
    try {
      await coordinator.create(path, undefined, { mode: kind, signal })
      return
    } catch (error) {
      if (isRingkeeperError(error, 'RK_CORE_NODE_EXISTS')) return
      if (isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS'))
        await untilConnected(coordinator, `making ${path}`, signal)
      // The root is always there, so this ends.
      else if (isRingkeeperError(error, 'RK_CORE_NO_NODE') && parentPath(path) !== '/')
        await ensureNode(coordinator, parentPath(path), 'persistent', options)
      else throw error
    }
  }
}
