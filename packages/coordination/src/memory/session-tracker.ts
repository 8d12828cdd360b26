import type { Ports } from '@ringkeeper/core'
import type { ServerSession } from './server-session.ts'

/** The leader's list of sessions. A session expires at the first tick after it was silent for its timeout. */
export class SessionTracker {
  readonly tickTime: number
  readonly #ports: Ports
  readonly #expired: (session: ServerSession) => void
  readonly #sessions = new Map<bigint, ServerSession>()
  #armedFor = Infinity
  #cancel: (() => void) | undefined
  #isPaused = false

  constructor(ports: Ports, tickTime: number, expired: (session: ServerSession) => void) {
    this.#ports = ports
    this.tickTime = tickTime
    this.#expired = expired
  }

  has(id: bigint): boolean {
    return this.#sessions.has(id)
  }

  add(session: ServerSession): void {
    this.#sessions.set(session.id, session)
    this.touch(session)
  }

  remove(id: bigint): void {
    this.#sessions.delete(id)
    if (this.#sessions.size === 0) this.#disarm()
  }

  /** The session was heard of. */
  touch(session: ServerSession): void {
    if (!this.#sessions.has(session.id)) return
    // Rounded up past the next tick, as ZooKeeper does: never early, up to a tick late.
    const due = this.#ports.clock.monotonic() + session.timeout
    session.expiresAt = (Math.floor(due / this.tickTime) + 1) * this.tickTime
    this.#arm(session.expiresAt)
  }

  /** No session expires until {@link restart}. */
  pause(): void {
    this.#isPaused = true
    this.#disarm()
  }

  /** As a new leader does: every session has its whole timeout again. */
  restart(): void {
    this.#isPaused = false
    for (const session of this.#sessions.values()) this.touch(session)
  }

  /** Later touches do not move the timer: it looks again when it fires. */
  #arm(at: number): void {
    if (this.#isPaused || at >= this.#armedFor) return
    this.#disarm()
    this.#armedFor = at
    this.#cancel = this.#ports.timers.set(at - this.#ports.clock.monotonic(), () => this.#fired())
  }

  #disarm(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#armedFor = Infinity
  }

  #fired(): void {
    this.#armedFor = Infinity
    const now = this.#ports.clock.monotonic()
    for (const session of this.#sessions.values()) if (session.expiresAt <= now) this.#expired(session)
    let next = Infinity
    for (const session of this.#sessions.values()) next = Math.min(next, session.expiresAt)
    if (next < Infinity) this.#arm(next)
  }
}
