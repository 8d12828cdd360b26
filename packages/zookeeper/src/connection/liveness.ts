import type { Clock, Timers } from '@ringkeeper/core'

/** What {@link Liveness} asks of its connection. */
export interface LivenessActions {
  readonly ping: () => void
  /** The server has been silent for that many milliseconds although it was asked something. */
  readonly dead: (silence: number) => void
}

/**
 * Keeps a session alive with a ping after T/6 without a request, and gives a server up that has been silent for T/3,
 * so that the next one is tried while two thirds of the session timeout T are left.
 *
 * After a stall of the event loop the answers may lie unread in the socket, so the verdict waits until the loop has
 * polled once more, and a server that was asked nothing during the stall is asked first.
 */
export class Liveness {
  readonly #pingAfter: number
  readonly #deadAfter: number
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #actions: LivenessActions
  #heardAt: number
  #sentAt: number
  /** When the server was first asked something since it was last heard. */
  #askedAt: number | undefined
  #cancelTimer: () => void = () => {}
  #isStopped = false

  /** @param timeout - the negotiated session timeout T in milliseconds. */
  constructor(timeout: number, clock: Clock, timers: Timers, actions: LivenessActions) {
    this.#pingAfter = timeout / 6
    this.#deadAfter = timeout / 3
    this.#clock = clock
    this.#timers = timers
    this.#actions = actions
    this.#heardAt = clock.monotonic()
    this.#sentAt = this.#heardAt
    this.#arm()
  }

  /** Bytes came in. */
  heard(): void {
    this.#heardAt = this.#clock.monotonic()
    this.#askedAt = undefined
  }

  /** A request went out. */
  sent(): void {
    this.#sentAt = this.#clock.monotonic()
    this.#askedAt ??= this.#sentAt
  }

  stop(): void {
    this.#isStopped = true
    this.#cancelTimer()
  }

  /** The moment at which silence becomes death. */
  get #deadAt(): number {
    if (this.#askedAt === undefined) return Infinity
    return Math.max(this.#heardAt + this.#deadAfter, this.#askedAt + this.#pingAfter)
  }

  #arm(): void {
    if (this.#isStopped) return
    const due = Math.min(this.#sentAt + this.#pingAfter, this.#deadAt)
    this.#cancelTimer = this.#timers.set(Math.max(1, due - this.#clock.monotonic()), () => this.#check())
  }

  #check(): void {
    if (this.#isStopped) return
    const now = this.#clock.monotonic()
    if (now >= this.#deadAt) return void setImmediate(() => this.#judge())
    if (now >= this.#sentAt + this.#pingAfter) this.#actions.ping()
    this.#arm()
  }

  /** Runs after the event loop has read from its sockets. */
  #judge(): void {
    if (this.#isStopped) return
    const now = this.#clock.monotonic()
    if (now < this.#deadAt) return this.#arm()
    this.#actions.dead(Math.round(now - this.#heardAt))
  }
}
