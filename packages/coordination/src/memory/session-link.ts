import { coordinatorErrors, deferred, Latest, type Deferred, type Ports, type SessionState } from '@ringkeeper/core'
import { Connection } from './connection.ts'
import type { Ensemble } from './ensemble.ts'
import type { Outcome, Request, ServerSession } from './server-session.ts'
import type { Stallable } from './stallable.ts'
import type { Watchers } from './watchers.ts'

/** What a link needs of its session. */
export interface LinkOwner {
  readonly ports: Ports
  readonly stallable: Stallable
  readonly watchers: Watchers
  /** What is asked for. */
  readonly sessionTimeout: number
  readonly connected: (sentAt: number, timeout: number) => void
  readonly suspended: () => void
  readonly ended: (state: 'expired' | 'closed') => void
}

/** Options of one request. */
export interface LinkRequest<T> {
  /** For messages, such as `get /a`. */
  readonly operation: string
  readonly kind: Request<T>['kind']
  readonly run: Request<T>['run']
  readonly isInternal?: boolean
  readonly signal?: AbortSignal | undefined
  /** Called with the reply in its turn, before the promise resolves. */
  readonly received?: (value: T) => void
}

interface Pending {
  readonly operation: string
  readonly fail: (error: Error) => void
}

/** A client's side of its connections: states, requests in flight, pings. Reconnects as soon as a server takes it. */
export class SessionLink {
  readonly state: Latest<SessionState> = new Latest<SessionState>('connecting')
  readonly opened: Deferred<void> = deferred()
  readonly ended: Deferred<void> = deferred()
  /** Set by faults. */
  requestDelay = 0
  replyDelay = 0
  isDisconnected = false
  readonly #ensemble: Ensemble
  readonly #owner: LinkOwner
  readonly #inFlight = new Set<Pending>()
  #server: ServerSession | undefined
  #connection: Connection | undefined
  #lastZxid = 0n
  #lastSent = 0
  #isClosing = false
  #cancelPing: (() => void) | undefined

  constructor(ensemble: Ensemble, owner: LinkOwner) {
    this.#ensemble = ensemble
    this.#owner = owner
    ensemble.clients.add(this.#available)
    this.tryConnect()
  }

  /** Absent before the first connection. */
  get server(): ServerSession | undefined {
    return this.#server
  }

  get isOver(): boolean {
    return this.state.value === 'expired' || this.state.value === 'closed'
  }

  request<T>(request: LinkRequest<T>): Promise<T> {
    const { operation, signal } = request
    const refusal = signal?.aborted ? (signal.reason as Error) : this.#refusal(operation)
    const connection = this.#connection
    if (refusal || !connection) return Promise.reject(refusal as Error)
    return new Promise<T>((resolve, reject) => {
      const end = (settle: () => void): void => {
        if (!this.#inFlight.delete(pending)) return
        signal?.removeEventListener('abort', abort)
        settle()
      }
      const pending: Pending = { operation, fail: (error) => end(() => reject(error)) }
      const abort = (): void => pending.fail(signal?.reason as Error)
      const reply = (outcome: Outcome<T>, zxid: bigint): void => {
        this.#lastZxid = zxid
        end(() => {
          if ('error' in outcome) return reject(outcome.error as Error)
          request.received?.(outcome.value)
          resolve(outcome.value)
        })
      }
      this.#inFlight.add(pending)
      signal?.addEventListener('abort', abort, { once: true })
      const { kind, run, isInternal = false } = request
      this.#send(connection, () => this.#server?.serve(connection, { kind, run, isInternal, reply }))
    })
  }

  /** Ends the session; resolves when the server has heard it, or cannot be reached. */
  close(): Promise<void> {
    if (this.isOver || this.#isClosing) return this.ended.promise
    this.#isClosing = true
    const connection = this.#connection
    if (this.state.value !== 'connected' || !connection) this.#finish('closed')
    else {
      this.#send(connection, () => this.#server && this.#ensemble.endSession(this.#server))
      // A server that does not answer would keep the caller waiting for ever.
      const cancel = this.#owner.stallable.set(this.#owner.sessionTimeout, () => this.#finish('closed'))
      void this.ended.promise.then(cancel)
    }
    return this.ended.promise
  }

  tryConnect(): void {
    if (this.isOver || this.#connection || this.isDisconnected || this.#ensemble.isStopped) return
    const connection = new Connection(
      {
        turns: this.#owner.stallable,
        requestDelay: () => this.requestDelay,
        replyDelay: () => this.replyDelay,
        lost: (lost) => this.#lost(lost),
      },
      networkTurns(this.#ensemble.ports),
    )
    this.#connection = connection
    const sentAt = this.#owner.ports.clock.monotonic()
    this.#send(connection, () => this.#handshake(connection, sentAt))
  }

  cut(): void {
    this.#connection?.cut()
  }

  readonly #available = (): void => this.#owner.stallable.soon(() => this.tryConnect())

  /** On the server's side. */
  #handshake(connection: Connection, sentAt: number): void {
    // They may have stopped while it was on its way.
    if (this.#ensemble.isStopped) return connection.cut()
    const { watchers, sessionTimeout } = this.#owner
    const accepted = (): void => this.#accepted(connection, sentAt)
    if (!this.#server) {
      const timeout = Math.max(sessionTimeout, 2 * this.#ensemble.tracker.tickTime)
      this.#server = this.#ensemble.openSession(timeout, (event, zxid) => {
        this.#lastZxid = zxid
        watchers.dispatch(event)
      })
    }
    const isAlive = this.#server.resume(connection, watchers.oneShots(), this.#lastZxid, accepted)
    if (!isAlive) return connection.send(() => this.#finish('expired'))
    for (const { path, isRecursive } of watchers.queues) this.#server.watches.addPersistent(path, isRecursive)
  }

  #accepted(connection: Connection, sentAt: number): void {
    if (this.#connection !== connection || !this.#server || this.isOver) return
    const isFirst = this.state.value === 'connecting'
    this.state.set('connected')
    this.#owner.connected(sentAt, this.#server.timeout)
    this.#schedulePing()
    if (isFirst) this.opened.resolve()
    else this.#owner.watchers.resync()
  }

  #lost(connection: Connection): void {
    if (this.#connection !== connection || this.isOver) return
    this.#connection = undefined
    this.#failAll((operation) => coordinatorErrors.CONNECTION_LOSS({ operation, outcome: 'unknown' }))
    if (this.#isClosing) return this.#finish('closed')
    if (this.state.value === 'connected') {
      this.state.set('suspended')
      this.#owner.suspended()
    }
    this.tryConnect()
  }

  #finish(state: 'expired' | 'closed'): void {
    if (this.isOver) return
    this.state.set(state)
    this.state.close()
    this.#cancelPing?.()
    this.#ensemble.clients.delete(this.#available)
    this.#connection?.cut()
    this.#failAll((operation) => coordinatorErrors[state === 'closed' ? 'CLOSED' : 'SESSION_EXPIRED']({ operation }))
    this.#owner.ended(state)
    this.#owner.watchers.end()
    this.opened.reject(coordinatorErrors.CLOSED({ operation: 'connect' }))
    this.ended.resolve()
  }

  #failAll(makeError: (operation: string) => Error): void {
    for (const pending of this.#inFlight) pending.fail(makeError(pending.operation))
  }

  #refusal(operation: string): Error | undefined {
    if (this.#isClosing || this.state.value === 'closed') return coordinatorErrors.CLOSED({ operation })
    if (this.state.value === 'expired') return coordinatorErrors.SESSION_EXPIRED({ operation })
    if (this.state.value === 'connected') return undefined
    return coordinatorErrors.CONNECTION_LOSS({ operation, outcome: 'not-sent' })
  }

  /** A stalled client sends nothing before it runs again. */
  #send(connection: Connection, serve: () => void): void {
    if (this.#owner.stallable.isStalled) return this.#owner.stallable.soon(() => this.#send(connection, serve))
    this.#lastSent = this.#owner.ports.clock.monotonic()
    connection.request(serve)
  }

  #schedulePing(): void {
    const interval = (this.#server?.timeout ?? 0) / 3
    const idle = this.#owner.ports.clock.monotonic() - this.#lastSent
    this.#cancelPing?.()
    this.#cancelPing = this.#owner.stallable.set(Math.max(0, interval - idle), () => this.#ping(interval))
  }

  #ping(interval: number): void {
    const connection = this.#connection
    if (this.state.value !== 'connected' || !connection) return
    if (this.#owner.ports.clock.monotonic() - this.#lastSent >= interval - 1) {
      const ping = { kind: 'read', isInternal: true, run: () => {}, reply: () => {} } as const
      this.#send(connection, () => this.#server?.serve(connection, ping))
    }
    this.#schedulePing()
  }
}

function networkTurns(ports: Ports): ConstructorParameters<typeof Connection>[1] {
  return {
    now: () => ports.clock.monotonic(),
    soon: (run) => void ports.timers.set(0, run),
    next: queueMicrotask,
    later: (delay, run) => void ports.timers.set(delay, run),
  }
}
