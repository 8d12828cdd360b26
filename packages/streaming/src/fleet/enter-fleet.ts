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
  const { path, signal, nodeId } = options
  const data = encodeMemberNode(options.node)
  let waitedFor: bigint | undefined
  // A session that waits without a heartbeat has to prove itself afterwards, and its first leases would run out meanwhile.
  using _heartbeat = session.hold(path, { discardWhenLost: false })
  for (;;) {
    const stat = await persistently(session, () => createOrSet(session, path, data), signal)
    if (stat) return stat
    const changed = deferred()
    const read = (): ReturnType<Coordinator['get']> => session.get(path, { watch: () => changed.resolve() })
    const other = await persistently(session, () => ifThere(read()), signal)
    if (!other) continue
    const member = decodeMemberNode(other.data)
    if (waitedFor === other.stat.czxid) {
      throw streamingErrors.DUPLICATE_NODE_ID({ nodeId, host: member?.host ?? '?', pid: member?.pid ?? 0 })
    }
    if (await outlives(changed.promise, session, member?.sessionTimeout ?? 0, options)) waitedFor = other.stat.czxid
  }
}

/**
 * Whether nothing has changed for as long as a dead session can last. A server that was away gives every session its whole
 * time again, so the wait begins anew when this session was out of touch.
 */
async function outlives(
  changed: Promise<void>,
  session: Coordinator,
  sessionTimeout: number,
  { serverTick, ports, signal }: EnterOptions,
): Promise<boolean> {
  const stop = new AbortController()
  // The server rounds up; and what a process had sent before it died can reach the server late.
  const life = 1.5 * Math.max(sessionTimeout, session.sessionTimeout) + 2 * serverTick
  using time = new Deadline(life, ports.timers, signal)
  const outOfTouch = async (): Promise<void> => {
    for await (const state of session.states({ signal: stop.signal })) if (state !== 'connected') return
  }
  const ended = await Promise.race([
    changed.then(() => false),
    outOfTouch().then(() => false),
    aborted(time.signal).then(() => true),
  ])
  stop.abort()
  signal.throwIfAborted()
  return ended
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
