import type { Clock, Timers } from '../ports.ts'
import { isRingkeeperError } from '../errors.ts'
import { Hold } from './hold.ts'
import type { HoldOptions, SessionHold } from './session-hold.ts'

/** What the heartbeat needs of its session. */
export interface HeartbeatSession {
  readonly sessionId: bigint
  /** Sends `multi[check(node)]`, past any limit on requests in flight. */
  check: (node: string) => Promise<unknown>
  discard: (path: string) => void
}

/** Heartbeats after which an earlier one counts: they span more than the half tick in which a follower reports. */
const laterBeats = 3

/**
 * The heartbeat of a session and the deadline of everything that it holds; the only lease formula there is.
 *
 * A ping, or a sync, is answered by a server that may have lost touch with the quorum. So the heartbeat is a write that
 * changes nothing, one outstanding at a time. It starts with the first hold and goes on until the session ends: a
 * session that rested would have to prove itself again before the next hold. An answer proves less than it seems
 * to: a follower tells the leader of its clients only every half tick, and heartbeats that queued in a stall are
 * answered late and all at once. So a heartbeat counts from when it was *sent*, and only once three later ones were
 * answered. A handshake is checked by the leader. The one that opens the session is a quorum write and counts at once;
 * one that resumes it may have been answered by a leader that was deposed and does not know, and counts with the first
 * heartbeat answered on its connection.
 *
 * The owner calls {@link connected}, {@link suspended} and {@link ended}.
 */
export class SessionHeartbeat {
  readonly #session: HeartbeatSession
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #holds = new Set<Hold>()
  #timeout = 0
  #isConnected = false
  #isEnded = false
  /** When the newest handshake that counts was sent. */
  #handshake = -Infinity
  /** When the handshake of this connection was sent, until it counts. */
  #unprovenHandshake = -Infinity
  /** When the newest answered heartbeats were sent, oldest first; at most {@link laterBeats} + 1. */
  #answered: number[] = []
  #sentAt = -Infinity
  #answeredAt = -Infinity
  /** Tells the answer to the newest heartbeat from that of one sent before a reconnect. */
  #beatNumber = 0
  #isOutstanding = false
  #wallOffset: number
  /** What was sent before this moment proves nothing: the machine was asleep. */
  #doubtedBefore = -Infinity
  #cancelBeat: (() => void) | undefined
  #cancelDeadline: (() => void) | undefined

  constructor(session: HeartbeatSession, clock: Clock, timers: Timers) {
    this.#session = session
    this.#clock = clock
    this.#timers = timers
    this.#wallOffset = clock.wall() - clock.monotonic()
  }

  /** The session may not be relied on after this moment of the monotonic clock. */
  get deadline(): number {
    return this.#provenAt + this.#timeout
  }

  /** When the newest message that counts was sent. */
  get #provenAt(): number {
    const beat = this.#answered.length > laterBeats ? (this.#answered[0] as number) : -Infinity
    return Math.max(this.#handshake, beat)
  }

  /** Whether the deadline is ahead and the machine has not slept since the last proof; as of the last {@link refresh}. */
  get isSafe(): boolean {
    return this.#provenAt >= this.#doubtedBefore && this.#clock.monotonic() < this.deadline
  }

  /** A handshake that was sent at `sentAt` has opened or resumed the session, with this timeout. */
  connected(sentAt: number, timeout: number): void {
    this.#timeout = timeout
    if (this.#handshake === -Infinity) this.#handshake = sentAt
    else this.#unprovenHandshake = sentAt
    this.#isConnected = true
    this.#isOutstanding = false
    // A shorter timeout brings the deadline nearer than the timer that waits for it.
    this.#cancelDeadline?.()
    this.#cancelDeadline = undefined
    this.refresh()
    this.#scheduleBeat()
  }

  /** The connection is lost. */
  suspended(): void {
    this.#isConnected = false
    this.#unprovenHandshake = -Infinity
    this.#cancelBeat?.()
    this.refresh()
  }

  /** The session is over: everything held is lost. */
  ended(reason: string): void {
    this.#isEnded = true
    this.#isConnected = false
    this.#cancelBeat?.()
    this.#cancelDeadline?.()
    for (const hold of this.#holds) hold.lose(reason, false)
  }

  /** See `Coordinator.hold`. */
  hold(node: string, options: HoldOptions = {}): SessionHold {
    const hold = new Hold(node, this.#session.sessionId, this, options)
    if (this.#isEnded) hold.lose('the session has ended', false)
    else this.#holds.add(hold)
    this.refresh()
    this.#scheduleBeat()
    return hold
  }

  /**
   * Forgets a hold.
   *
   * @internal
   */
  release(hold: Hold): void {
    this.#holds.delete(hold)
  }

  /** Deletes the node of a lost hold for as long as the session may live. */
  discard(node: string): void {
    if (!this.#isEnded) this.#session.discard(node)
  }

  /** Whether the session is proved alive at this moment. Ends the holds whose deadline has passed. */
  refresh(): void {
    const now = this.#clock.monotonic()
    this.#noticeSuspend(now)
    const isSafe = now < this.deadline
    const isProven = isSafe && this.#isConnected && this.#provenAt >= this.#doubtedBefore
    for (const hold of this.#holds) hold.update(isProven, isSafe)
    this.#armDeadline(now)
  }

  /**
   * A machine that slept has a wall clock that ran on without the monotonic one. The server's clock ran on too, so
   * one answer afterwards only says that the session was alive then, not for how long it will be.
   */
  #noticeSuspend(now: number): void {
    const offset = this.#clock.wall() - now
    if (this.#timeout > 0 && offset - this.#wallOffset > this.#timeout / 8) this.#doubtedBefore = now
    this.#wallOffset = offset
  }

  #armDeadline(now: number): void {
    if (this.#cancelDeadline || this.#holds.size === 0 || now >= this.deadline || this.#isEnded) return
    this.#cancelDeadline = this.#timers.set(this.deadline - now, () => {
      this.#cancelDeadline = undefined
      this.refresh()
    })
  }

  #scheduleBeat(): void {
    if (this.#holds.size === 0 && this.#sentAt === -Infinity) return
    if (!this.#isConnected || this.#isOutstanding) return
    this.#cancelBeat?.()
    const due = Math.max(this.#sentAt + this.#timeout / 6, this.#answeredAt + this.#timeout / 8)
    this.#cancelBeat = this.#timers.set(Math.max(0, due - this.#clock.monotonic()), () => this.#beat())
  }

  #beat(): void {
    this.refresh()
    const [hold] = this.#holds
    const sentAt = this.#clock.monotonic()
    const number = ++this.#beatNumber
    this.#sentAt = sentAt
    this.#isOutstanding = true
    this.#session.check(hold?.node ?? '/').then(
      () => this.#beatAnswered(number, sentAt),
      (error: unknown) => {
        // A check that fails is a quorum write like one that succeeds.
        const isGone = isRingkeeperError(error, 'RK_CORE_NO_NODE')
        if (!isGone && !isRingkeeperError(error, 'RK_CORE_NO_AUTH')) return this.#beatLost(number)
        if (isGone) hold?.nodeGone()
        this.#beatAnswered(number, sentAt)
      },
    )
  }

  #beatAnswered(number: number, sentAt: number): void {
    if (this.#isEnded) return
    if (number === this.#beatNumber) this.#isOutstanding = false
    this.#answeredAt = this.#clock.monotonic()
    this.#answered.push(sentAt)
    if (this.#answered.length > laterBeats + 1) this.#answered.shift()
    if (sentAt >= this.#unprovenHandshake) this.#handshake = Math.max(this.#handshake, this.#unprovenHandshake)
    this.refresh()
    this.#scheduleBeat()
  }

  #beatLost(number: number): void {
    if (number === this.#beatNumber) this.#isOutstanding = false
    this.#scheduleBeat()
  }
}
