import {
  deferred,
  ensureNode,
  isRingkeeperError,
  parentPath,
  sleep,
  untilConnected,
  type Coordinator,
  type Ports,
  type Stat,
} from '@ringkeeper/core'
import { coordinationErrors } from '../errors.ts'
import { decodeMember } from './member-node.ts'

/** What to announce, and how. */
export interface Announcement {
  readonly id: string
  readonly node: string
  readonly data: Uint8Array
  readonly ports: Ports
  /** Milliseconds: sessions end at multiples of it. */
  readonly serverTick: number
  readonly signal: AbortSignal | undefined
}

/**
 * Makes the node of a member, for this session. A node of the same name that belongs to another session is mostly that
 * of the same member's former process, which a quick restart meets alive: it is waited for as long as its session can
 * live. It is never adopted: it would vanish under the new process.
 *
 * @throws `RK_COORDINATION_DUPLICATE_MEMBER` when it lives longer than that.
 */
export async function announce(coordinator: Coordinator, announcement: Announcement): Promise<Stat> {
  const { node, data, signal } = announcement
  const patience = new Patience(coordinator, announcement)
  for (;;) {
    signal?.throwIfAborted()
    try {
      const { stat } = await coordinator.create(node, data, { mode: 'ephemeral' })
      return stat
    } catch (error) {
      if (isRingkeeperError(error, 'RK_CORE_NO_NODE'))
        await ensureNode(coordinator, parentPath(node), 'container', { signal })
      else if (isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS'))
        await untilConnected(coordinator, `announcing ${node}`, signal)
      else if (!isRingkeeperError(error, 'RK_CORE_NODE_EXISTS')) throw error
      else {
        const own = await patience.waitForOther()
        if (own) return own
      }
    }
  }
}

/** Waits for a node of another session to go. */
class Patience {
  readonly #coordinator: Coordinator
  readonly #announcement: Announcement
  /** Which node is waited for, and until when on the monotonic clock. */
  #waiting: { readonly czxid: bigint; readonly since: number; readonly until: number } | undefined

  constructor(coordinator: Coordinator, announcement: Announcement) {
    this.#coordinator = coordinator
    this.#announcement = announcement
  }

  /** The stat of the node if it is this session's own after all; `undefined` when it has changed or gone. */
  async waitForOther(): Promise<Stat | undefined> {
    const { node, data, ports, signal, id } = this.#announcement
    const { promise: changed, resolve } = deferred()
    try {
      const other = await this.#coordinator.get(node, { watch: () => resolve(), signal })
      // The reply to our own create was lost.
      if (other.stat.ephemeralOwner === this.#coordinator.sessionId) return await this.#coordinator.set(node, data)
      const { since, until } = this.#start(other.stat.czxid, decodeMember(other.data)?.sessionTimeout ?? 0)
      const now = ports.clock.monotonic()
      if (now >= until)
        throw coordinationErrors.DUPLICATE_MEMBER({ path: parentPath(node), id, waited: Math.round(now - since) })
      await this.#either(changed, until - now)
    } catch (error) {
      if (!isRingkeeperError(error, 'RK_CORE_NO_NODE') && !isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS'))
        throw error
      await untilConnected(this.#coordinator, `announcing ${node}`, signal)
    }
    return undefined
  }

  #start(czxid: bigint, theirTimeout: number): { readonly since: number; readonly until: number } {
    if (this.#waiting?.czxid !== czxid) {
      const since = this.#announcement.ports.clock.monotonic()
      const life = Math.max(theirTimeout, this.#coordinator.sessionTimeout) + 2 * this.#announcement.serverTick
      this.#waiting = { czxid, since, until: since + life }
    }
    return this.#waiting
  }

  async #either(changed: Promise<void>, delay: number): Promise<void> {
    const { ports, signal } = this.#announcement
    const controller = new AbortController()
    const ended = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal
    const slept = sleep(delay, ports.timers, ended)
    slept.catch(() => {})
    try {
      await Promise.race([changed, slept])
    } finally {
      controller.abort()
    }
  }
}
