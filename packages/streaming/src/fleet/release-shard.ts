import { isRingkeeperError } from '@ringkeeper/core'
import type { FleetPaths } from './fleet-paths.ts'
import type { HeldLease } from './held-lease.ts'
import { connected, ifThere, isSessionOver } from './session-calls.ts'
import { encodeShardNode } from './shard-node.ts'

/** How a shard is given back. */
export interface ReleaseOptions {
  /** The next record to process; what the node says already when absent. */
  readonly position?: number | undefined
  /** A bounded shard that was read to its end: nobody takes it again. */
  readonly isDone?: boolean
}

/**
 * Gives a shard back: writes the position, at the version that the lease has made, and deletes the owner node, in one
 * transaction, which shards that are given back in the same turn share. Tried until it is applied or the lease's session has ended, which deletes the node too. It never deletes a
 * successor's node: it speaks through the lease's own session, the version is the lease's own, and after a lost
 * reply the owner node's token says whether it is still there.
 */
export async function releaseShard(lease: HeldLease, paths: FleetPaths, options: ReleaseOptions = {}): Promise<void> {
  lease.end()
  await lease.settled()
  const { session, multis, nonce } = lease
  const [shard, owner] = [paths.shard(lease.shard), paths.owner(lease.shard)]
  const { position = lease.position, isDone = false } = options
  const data = encodeShardNode({ lastOwner: lease.fence.worker, nonce, nextOffset: position, isDone })
  let isInDoubt = false
  for (;;) {
    try {
      await connected(session)
      if (isInDoubt && !(await isStillOurs(lease, shard, owner))) return
      await multis.apply([
        { type: 'set', path: shard, data, version: lease.version },
        { type: 'delete', path: owner },
      ])
      return
    } catch (error) {
      if (isSessionOver(error)) return
      if (!isPassing(error)) throw error
      isInDoubt = true
    }
  }
}

/** Reads again what is there, and the version to go on with. */
async function isStillOurs(lease: HeldLease, shard: string, owner: string): Promise<boolean> {
  const [, ownerStat, node] = await Promise.all([
    lease.session.sync(shard),
    lease.session.exists(owner),
    ifThere(lease.session.get(shard)),
  ])
  if (ownerStat?.czxid !== lease.token || node === undefined) return false
  // The reply to a mirrored position was lost, or an operator has edited the node: the owner's position holds.
  lease.version = node.stat.version
  return true
}

function isPassing(error: unknown): boolean {
  return ['RK_CORE_CONNECTION_LOSS', 'RK_CORE_BAD_VERSION', 'RK_CORE_NO_NODE'].some((code) =>
    isRingkeeperError(error, code),
  )
}
