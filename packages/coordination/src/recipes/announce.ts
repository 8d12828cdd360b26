import {
  deferred,
  ensureNode,
  isRingkeeperError,
  parentPath,
  sleep,
  untilConnected,
  waitFor,
  type Coordinator,
  type Ports,
  type Stat,
} from '@ringkeeper/core'
import { coordinationErrors } from '../errors.ts'
import { decodeMember } from './member-node.ts'

/** A member's node as it stands in the tree. */
export interface MemberNodeData {
  readonly data: Uint8Array
  readonly stat: Stat
}

/** What to announce, and how. */
export interface Announcement {
  /** The member's id, for messages. */
  readonly id: string
  /** The path of its node; the parent is made when missing. */
  readonly node: string
  /** JSON with a `sessionTimeout` in milliseconds, which tells a successor how long this node can outlive its process. */
  readonly data: Uint8Array
  readonly ports: Pick<Ports, 'clock' | 'timers'>
  /** Milliseconds: sessions end at multiples of it. */
  readonly serverTick: number
  readonly signal?: AbortSignal | undefined
  /** Called when another session's node stands in the way, with the milliseconds that it is waited for at most. */
  readonly onWait?: ((other: MemberNodeData, patience: number) => void) | undefined
}

/**
 * Makes the node of a member, for this session. A node of the same name that belongs to another session is mostly that
 * of the same member's former process, which a quick restart meets alive: it is waited for as long as its session can
 * live. It is never adopted: it would vanish under the new process. `Membership.join` is built on this; use it directly
 * for nodes with a content of their own.
 *
 * @returns the node's Stat; `czxid` is the member's incarnation
 * @throws `RK_COORDINATION_DUPLICATE_MEMBER` when it lives longer than that; `RK_CORE_SESSION_EXPIRED`; the signal's reason.
 */
export async function announce(coordinator: Coordinator, announcement: Announcement): Promise<Stat> {
  const { node, signal } = announcement
  // A session that waits without a heartbeat has to prove itself afterwards, and what it holds first would run out meanwhile.
  using _heartbeat = coordinator.hold(node, { discardWhenLost: false })
  const patience = new Patience(coordinator, announcement)
  for (;;) {
    signal?.throwIfAborted()
    try {
      const stat = await createOrSet(coordinator, announcement)
      if (!stat) await patience.waitForOther()
      else if (!signal?.aborted) return stat
      // Nobody will ask for it to be deleted.
      else coordinator.discard(node)
    } catch (error) {
      if (isRingkeeperError(error, 'RK_CORE_NO_NODE'))
        await ensureNode(coordinator, parentPath(node), 'container', { signal })
      else if (isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS'))
        await untilConnected(coordinator, `announcing ${node}`, signal)
      else throw error
    }
  }
}

/** `undefined` when the node belongs to another session, or has just gone. */
async function createOrSet(coordinator: Coordinator, { node, data }: Announcement): Promise<Stat | undefined> {
  try {
    return (await coordinator.create(node, data, { mode: 'ephemeral' })).stat
  } catch (error) {
    if (!isRingkeeperError(error, 'RK_CORE_NODE_EXISTS')) throw error
  }
  // The reply to our own create may have been lost.
  const stat = await coordinator.exists(node)
  return stat?.ephemeralOwner === coordinator.sessionId ? await coordinator.set(node, data) : undefined
}

/** Waits for a node of another session to go. */
class Patience {
  readonly #coordinator: Coordinator
  readonly #announcement: Announcement
  /** Which node is being waited for, and since when on the monotonic clock. */
  #waiting: { readonly czxid: bigint; readonly since: number } | undefined
  #isOver = false

  constructor(coordinator: Coordinator, announcement: Announcement) {
    this.#coordinator = coordinator
    this.#announcement = announcement
  }

  async waitForOther(): Promise<void> {
    const { id, node, ports, serverTick, signal, onWait } = this.#announcement
    const { promise: changed, resolve } = deferred()
    const other = await this.#coordinator.get(node, { watch: () => resolve(), signal })
    const now = ports.clock.monotonic()
    if (this.#waiting?.czxid !== other.stat.czxid) {
      this.#waiting = { czxid: other.stat.czxid, since: now }
      this.#isOver = false
    }
    const waited = Math.round(now - this.#waiting.since)
    if (this.#isOver) throw coordinationErrors.DUPLICATE_MEMBER({ path: parentPath(node), id, waited })
    const theirTimeout = decodeMember(other.data)?.sessionTimeout ?? 0
    // The server rounds up; and what a process had sent before it died can reach the server late.
    const life = 1.5 * Math.max(theirTimeout, this.#coordinator.sessionTimeout) + 2 * serverTick
    onWait?.(other, life)
    this.#isOver = await this.#outlives(changed, life)
  }

  /**
   * Whether nothing has changed for as long as a dead session can last. A server that was away gives every session its whole
   * time again, so the wait begins anew when this session was out of touch.
   */
  async #outlives(changed: Promise<void>, life: number): Promise<boolean> {
    const { ports, signal } = this.#announcement
    const stop = new AbortController()
    const time = sleep(life, ports.timers, stop.signal)
    time.catch(() => {})
    const outOfTouch = async (): Promise<void> => {
      for await (const state of this.#coordinator.states({ signal: stop.signal })) if (state !== 'connected') return
    }
    const ended = Promise.race([changed.then(() => false), outOfTouch().then(() => false), time.then(() => true)])
    try {
      return await waitFor(ended, { signal }, ports.timers, () => new Error('there is no timeout'))
    } finally {
      stop.abort()
    }
  }
}
