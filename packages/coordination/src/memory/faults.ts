import type { Ensemble } from './ensemble.ts'
import type { SessionLink } from './session-link.ts'
import type { Stallable } from './stallable.ts'

/** Trouble that a test makes for one session of a {@link MemoryTree}. */
export class SessionFaults {
  readonly #ensemble: Ensemble
  readonly #link: SessionLink
  readonly #stallable: Stallable

  constructor(ensemble: Ensemble, link: SessionLink, stallable: Stallable) {
    this.#ensemble = ensemble
    this.#link = link
    this.#stallable = stallable
  }

  /** The server ends the session now; the client hears of it when it is, or comes, in touch. */
  expire(): void {
    if (this.#link.server) this.#ensemble.endSession(this.#link.server)
  }

  /** Breaks the connection, and no server takes a new one until {@link reconnect}. */
  disconnect(): void {
    this.#link.isDisconnected = true
    this.#link.cut()
  }

  reconnect(): void {
    this.#link.isDisconnected = false
    this.#stallable.soon(() => this.#link.tryConnect())
  }

  /**
   * The next request is applied, but the connection breaks before its reply. The session reconnects by itself.
   *
   * @param options - `thenLag`: it comes to a server that has not heard of that request yet; see {@link lag}.
   */
  loseReply(options: { readonly thenLag?: boolean } = {}): void {
    if (this.#link.server) this.#link.server.losesNextReply = { thenLag: options.thenLag ?? false }
  }

  /** Every request from now on takes this long to the server, in milliseconds; 0 ends it. */
  delayRequests(ms: number): void {
    this.#link.requestDelay = ms
  }

  /** Every reply and watch event from now on takes this long from the server, in milliseconds; 0 ends it. */
  delayReplies(ms: number): void {
    this.#link.replyDelay = ms
  }

  /**
   * The session's server stops following the leader: reads are stale and watch events wait, until a write or a sync of
   * this session, or {@link catchUp}. The session is then served as before.
   */
  lag(): void {
    const server = this.#link.server
    // One that is behind already keeps what it has not applied yet.
    if (server?.replica === this.#ensemble.main) server.moveTo(this.#ensemble.fallBehind())
  }

  /** The session's server follows the leader again; writes that waited while it was cut off reach the leader now. */
  catchUp(): void {
    const server = this.#link.server
    if (!server || server.replica === this.#ensemble.main) return
    server.replica.isIsolated = false
    server.replica.catchUp()
    server.moveTo(this.#ensemble.main)
    server.unpark()
  }

  /**
   * The session's server is cut off from the quorum and does not know: it answers reads, pings and syncs from what it
   * has, and no write. The leader hears nothing of the session. Ends with {@link rejoin}, as for a deposed leader, or
   * with {@link catchUp}, as for a follower whose network heals in time.
   */
  isolate(): void {
    this.lag()
    if (this.#link.server) this.#link.server.replica.isIsolated = true
  }

  /** The cut-off server finds out: it breaks its connections, and the session reconnects to one that is up to date. */
  rejoin(): void {
    this.#link.server?.moveTo(this.#ensemble.main)
    this.#link.cut()
  }

  /** The client stalls: it neither sends nor hears anything, and none of its session's timers fires. */
  freeze(): void {
    this.#stallable.stall()
  }

  /** The client goes on; what came due fires. */
  thaw(): void {
    this.#stallable.resume()
  }
}
