import { deferred, isRingkeeperError, type Coordinator, type Ports, type Stat } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import { aborted, Deadline } from './deadline.ts'
import { decodeMemberNode, encodeMemberNode, type MemberNode } from './member-node.ts'
import { ifThere, persistently } from './session-calls.ts'

/** What a worker needs to enter the fleet. */
export interface EnterOptions {
  readonly nodeId: string
  readonly path: string
  readonly node: MemberNode
  /** Milliseconds; the server rounds the end of a session up by ticks. */
  readonly serverTick: number
  readonly ports: Ports
  readonly signal: AbortSignal
}

/**
 * Creates the worker's member node, or takes the one that this session has created before. A node of another session is
 * mostly that of this worker's former process: it is waited for as long as that session can live.
 *
 * @returns the node's Stat
 * @throws RK_STREAMING_DUPLICATE_NODE_ID when the other one is still there after that
 */
export async function enterFleet(session: Coordinator, options: EnterOptions): Promise<Stat> {
  const { path, ports, serverTick, signal, nodeId } = options
  const data = encodeMemberNode(options.node)
  let waited: { readonly czxid: bigint; readonly deadline: Deadline } | undefined
  try {
    for (;;) {
      const stat = await persistently(session, () => createOrSet(session, path, data), signal)
      if (stat) return stat
      const changed = deferred()
      const other = await persistently(
        session,
        () => ifThere(session.get(path, { watch: () => changed.resolve() })),
        signal,
      )
      if (!other) continue
      const member = decodeMemberNode(other.data)
      if (waited?.czxid !== other.stat.czxid) {
        waited?.deadline[Symbol.dispose]()
        const life = Math.max(member?.sessionTimeout ?? 0, session.sessionTimeout) + 2 * serverTick
        waited = { czxid: other.stat.czxid, deadline: new Deadline(life, ports.timers, signal) }
      }
      await Promise.race([changed.promise, aborted(waited.deadline.signal)])
      signal.throwIfAborted()
      if (waited.deadline.signal.aborted) {
        throw streamingErrors.DUPLICATE_NODE_ID({ nodeId, host: member?.host ?? '?', pid: member?.pid ?? 0 })
      }
    }
  } finally {
    waited?.deadline[Symbol.dispose]()
  }
}

/** `undefined` when the node belongs to another session. */
async function createOrSet(session: Coordinator, path: string, data: Uint8Array): Promise<Stat | undefined> {
  try {
    return (await session.create(path, data, { mode: 'ephemeral' })).stat
  } catch (error) {
    if (!isRingkeeperError(error, 'RK_CORE_NODE_EXISTS')) throw error
  }
  const stat = await session.exists(path)
  if (stat?.ephemeralOwner !== session.sessionId) return undefined
  return await ifThere(session.set(path, data))
}
