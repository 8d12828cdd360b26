import type { WatchEvent } from '@ringkeeper/core'
import type { Identity } from './access.ts'
import type { Connection } from './connection.ts'
import type { Ensemble } from './ensemble.ts'
import type { Replica } from './replica.ts'
import { missedEvent, WatchTable, type RestoredWatch } from './watch-table.ts'

/** What came of a request. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown }

/** A request on its way to the server. */
export interface Request<T> {
  /** A read is answered by the server alone; a write, and a sync, by the leader. */
  readonly kind: 'read' | 'write' | 'sync'
  /** A ping or heartbeat, which faults that a test has set for the next request leave alone. */
  readonly isInternal: boolean
  readonly run: (session: ServerSession) => T
  readonly reply: (outcome: Outcome<T>, zxid: bigint) => void
}

/** What the servers know of a session. */
export class ServerSession {
  readonly id: bigint
  readonly timeout: number
  identities: readonly Identity[] = []
  /** On the leader's clock. */
  expiresAt = 0
  replica: Replica
  watches: WatchTable = new WatchTable()
  connection: Connection | undefined
  /** Set by a fault: the next request loses its reply, and where the session finds itself afterwards. */
  losesNextReply: { readonly thenLag: boolean } | undefined
  /** Writes that wait for a server that is cut off. */
  #parked: (() => void)[] = []
  readonly #ensemble: Ensemble
  /** Takes each event on the client's side. */
  readonly #deliver: (event: WatchEvent, zxid: bigint) => void

  constructor(id: bigint, timeout: number, ensemble: Ensemble, deliver: (event: WatchEvent, zxid: bigint) => void) {
    this.id = id
    this.timeout = timeout
    this.replica = ensemble.main
    this.#ensemble = ensemble
    this.#deliver = deliver
    this.replica.sessions.add(this)
  }

  notify(event: WatchEvent): void {
    const { zxid } = this.replica.tree
    this.connection?.send(() => this.#deliver(event, zxid))
  }

  moveTo(replica: Replica): void {
    this.replica.sessions.delete(this)
    if (this.replica !== this.#ensemble.main) this.#ensemble.forget(this.replica)
    this.replica = replica
    replica.sessions.add(this)
  }

  /** The server is in touch with the leader again: what waited goes on, late. */
  unpark(): void {
    const parked = this.#parked
    this.#parked = []
    for (const serve of parked) serve()
  }

  /** Takes a session back over a new connection. @returns false when the session is over. */
  resume(connection: Connection, watches: readonly RestoredWatch[], lastZxid: bigint, accepted: () => void): boolean {
    const { isIsolated } = this.replica
    // A deposed leader takes back what it knows; everybody else asks the leader.
    if (!isIsolated && !this.#ensemble.tracker.has(this.id)) return false
    // A client refuses a server that is behind what it has seen.
    if (this.replica.tree.zxid < lastZxid) this.replica.catchUp()
    if (!isIsolated) this.#ensemble.tracker.touch(this)
    this.connection = connection
    this.watches = new WatchTable()
    connection.send(accepted)
    for (const watch of watches) {
      const missed = missedEvent(this.replica.tree, watch, lastZxid)
      if (missed) this.notify(missed)
      else this.watches.addOneShot(watch.kind === 'child' ? 'child' : 'data', watch.path)
    }
    return true
  }

  serve<T>(connection: Connection, request: Request<T>): void {
    if (!connection.isOpen) return
    const { isIsolated } = this.replica
    if (isIsolated && request.kind === 'write') return void this.#parked.push(() => this.serve(connection, request))
    if (!isIsolated) {
      // The leader refuses a session that is over, also one whose server has not heard of its end.
      if (request.kind !== 'read' && !this.#ensemble.tracker.has(this.id)) return connection.end()
      this.#ensemble.tracker.touch(this)
      this.#ensemble.checkContainers()
    }
    const lost = request.isInternal ? undefined : this.losesNextReply
    const behind = lost?.thenLag ? this.#ensemble.fallBehind() : undefined
    const outcome = this.#run(request)
    if (lost) {
      this.losesNextReply = undefined
      connection.cut()
      if (behind) this.moveTo(behind)
      return
    }
    const { zxid } = this.replica.tree
    connection.send(() => request.reply(outcome, zxid))
  }

  #run<T>(request: Request<T>): Outcome<T> {
    try {
      if (request.kind === 'sync') this.#catchUp()
      return { value: request.run(this) }
    } catch (error) {
      return { error }
    } finally {
      // A server answers a write once it has applied it itself, and so everything before.
      if (request.kind === 'write') this.#catchUp()
    }
  }

  #catchUp(): void {
    if (!this.replica.isIsolated) this.replica.catchUp()
  }
}
