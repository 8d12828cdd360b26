import { isRingkeeperError } from '../errors.ts'
import type { Coordinator } from './coordinator.ts'
import { parentPath } from './path.ts'

/**
 * Makes a node, and the nodes above it, unless they are there.
 *
 * @param mode - of the node itself; those above it are persistent. `container` becomes `persistent` where the backend
 * has no containers. A container may be deleted again at any time while it is empty.
 */
export async function ensureNode(
  coordinator: Coordinator,
  path: string,
  mode: 'persistent' | 'container' = 'persistent',
): Promise<void> {
  const kind = coordinator.capabilities.containers ? mode : 'persistent'
  try {
    await coordinator.create(path, undefined, { mode: kind })
  } catch (error) {
    if (isRingkeeperError(error, 'RK_CORE_NODE_EXISTS')) return
    // The root is always there, so this ends.
    if (!isRingkeeperError(error, 'RK_CORE_NO_NODE') || parentPath(path) === '/') throw error
    await ensureNode(coordinator, parentPath(path))
    await ensureNode(coordinator, path, mode)
  }
}
