import {
  coordinatorErrors,
  deferred,
  isRingkeeperError,
  Latest,
  errorFields,
  SessionHeartbeat,
  waitFor,
  type HeartbeatSession,
  type RingkeeperError,
  type SessionState,
  type WaitOptions,
} from '@ringkeeper/core'
import { connectionLoss } from '../connection/call.ts'
import { Connection } from '../connection/connection.ts'
import type { Established } from '../connection/handshake.ts'
import { noPassword } from '../protocol/messages/connect.ts'
import type { Identity } from '../protocol/messages/auth.ts'
import { describe, type Request } from '../protocol/request.ts'
import { connectToAny } from './connector.ts'
import { closeSessionOn, sayFarewell } from './farewell.ts'
import { HostList } from './host-list.ts'
import { authRequest, Identities } from './identities.ts'
import { restoreWatches } from './restore-watches.ts'
import type { SessionSettings } from './settings.ts'
import { WatchRegistry } from './watch-registry.ts'

/** How a session sends one request. */
export interface SendOptions<Result> {
  readonly signal?: AbortSignal | undefined
  /** Called with the result before any later message of the server is looked at. */
  readonly onReply?: ((result: Result) => void) | undefined
  /** Whether to go past the limit on requests in flight. */
  readonly isUrgent?: boolean
}

/**
 * A session over the connections that carry it: finds a server, resumes after a loss, sets identities and watches
 * again, and ends.
 *
 * Only a server ends a session before its time. As long as none says EXPIRED, the session keeps offering its id and
 * password, however long that takes: it may still live, and then its nodes do too. What the caller may rely on in the
 * meantime is for {@link SessionHeartbeat} to say.
 */
export class Session {
  readonly heartbeat: SessionHeartbeat
  readonly watches: WatchRegistry
  readonly #settings: SessionSettings
  readonly #hosts: HostList
  readonly #identities: Identities
  readonly #states = new Latest<SessionState>('connecting')
  /** Aborts when the session ends: no attempt to connect outlives it. */
  readonly #end = new AbortController()
  readonly #opened = deferred()
  #sessionId = 0n
  #password: Uint8Array = noPassword
  #sessionTimeout: number
  #lastZxid = 0n
  #connection: Connection | undefined
  #closing: Promise<void> | undefined

  constructor(settings: SessionSettings, heartbeatSession: Omit<HeartbeatSession, 'sessionId'>) {
    this.#settings = settings
    this.#hosts = new HostList(settings.servers, settings.random, settings.sessionTimeout)
    this.#identities = new Identities(settings.identities, settings.logger)
    this.#sessionTimeout = settings.sessionTimeout
    this.watches = new WatchRegistry(settings.chroot, settings.logger)
    const id = (): bigint => this.#sessionId
    this.heartbeat = new SessionHeartbeat(
      {
        get sessionId() {
          return id()
        },
        ...heartbeatSession,
      },
      settings.clock,
      settings.timers,
    )
  }

  get state(): SessionState {
    return this.#states.value
  }

  get states(): Latest<SessionState> {
    return this.#states
  }

  get sessionId(): bigint {
    return this.#sessionId
  }

  get sessionTimeout(): number {
    return this.#sessionTimeout
  }

  /** Waits for the first connection. A session whose opening fails is closed. */
  async open(options: WaitOptions, asked: number | undefined): Promise<void> {
    void this.#connect()
    try {
      await waitFor(this.#opened.promise, options, this.#settings.timers, () =>
        coordinatorErrors.CONNECT_TIMEOUT(
          { servers: this.#settings.connect, timeout: Math.round(asked ?? 0) },
          { cause: this.#hosts.lastError },
        ),
      )
    } catch (error) {
      void this.close()
      throw error
    }
  }

  /** Sends a request; rejects at once when there is no connection. */
  send<Result>(request: Request<Result>, options: SendOptions<Result> = {}): Promise<Result> {
    const { signal, onReply, isUrgent } = options
    if (signal?.aborted) return Promise.reject(signal.reason as Error)
    const connection = this.#connection
    if (!connection) return Promise.reject(this.#unavailable(request))
    const reply = new Promise<Result>((resolve, reject) => {
      const call = { request, resolve, reject, onReply, signal }
      if (isUrgent) connection.submitAhead(call)
      else connection.submit(call)
    })
    return signal ? this.#abortable(reply, signal) : reply
  }

  /** Adds an identity to this connection, and to every later one once the server has taken it. */
  async addIdentity(identity: Identity, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    const connection = this.#connection
    if (!connection) throw this.#unavailable(authRequest(identity))
    const reply = this.#identities.add(connection, identity)
    await (signal ? this.#abortable(reply, signal) : reply)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #connect(): Promise<void> {
    try {
      const request = {
        sessionId: this.#sessionId,
        password: this.#password,
        lastZxid: this.#lastZxid,
        sessionTimeout: this.#sessionTimeout,
      }
      const isFirst = this.#sessionId === 0n
      const established = await connectToAny(this.#hosts, request, this.#settings, this.#end.signal, isFirst)
      if (this.#end.signal.aborted) return established.transport.destroy()
      this.#established(established)
    } catch (error) {
      this.#opened.reject(error)
    }
  }

  #established(established: Established): void {
    const { reply, sentAt } = established
    if (reply.sessionTimeout === 0) {
      established.transport.destroy()
      this.#finish('expired', 'the session has expired')
      return
    }
    this.#sessionId = reply.sessionId
    this.#password = reply.password
    this.#sessionTimeout = reply.sessionTimeout
    const connection = new Connection(established, this.#lastZxid, reply.sessionTimeout, this.#settings, {
      event: (event) => this.watches.dispatch(event),
      lost: (reason) => this.#lost(connection, reason),
    })
    this.#settings.logger.info('the session has a connection', {
      server: connection.server,
      sessionId: this.#sessionId.toString(16),
    })
    // Identities go first, watches next, callers last.
    const identified = this.#identities.offer(connection)
    restoreWatches(connection, this.watches, this.#lastZxid)
    this.#connection = connection
    this.heartbeat.connected(sentAt, reply.sessionTimeout)
    this.#states.set('connected')
    this.#settleOpening(identified)
  }

  #settleOpening(identified: Promise<unknown>): void {
    const { serverTick } = this.#settings
    const sessionTimeout = this.#sessionTimeout
    if (sessionTimeout < 2 * serverTick)
      this.#opened.reject(coordinatorErrors.SESSION_TIMEOUT_TOO_SHORT({ sessionTimeout, serverTick }))
    identified.then(
      () => this.#opened.resolve(),
      (error: unknown) => {
        if (!isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) this.#opened.reject(error)
      },
    )
  }

  #lost(connection: Connection, reason: Error): void {
    if (this.#connection !== connection) return
    this.#connection = undefined
    this.#lastZxid = connection.lastZxid
    const { clock, logger } = this.#settings
    logger.warn('the session has lost its connection', { server: connection.server, ...errorFields(reason) })
    // A server that takes connections only to drop them counts as failing.
    if (clock.monotonic() - connection.openedAt > this.#sessionTimeout / 6) this.#hosts.succeeded()
    else this.#hosts.failed(reason)
    this.heartbeat.suspended()
    this.#states.set('suspended')
    void this.#connect()
  }

  async #close(): Promise<void> {
    if (this.state === 'expired') return
    const connection = this.#connection
    this.#connection = undefined
    this.#finish('closed', 'the session was closed')
    const closed = (request: Request<unknown>): Error => coordinatorErrors.CLOSED({ operation: describe(request) })
    if (connection) {
      connection.rejectWaiting(closed)
      const isTold = await closeSessionOn(connection).then(
        () => true,
        () => false,
      )
      connection.destroy(closed)
      if (isTold) return
    }
    if (this.#sessionId !== 0n) await this.#sayFarewell()
  }

  /** For a third of the session timeout; what is not closed by then is left to the next session. */
  async #sayFarewell(): Promise<void> {
    const stop = new AbortController()
    const cancel = this.#settings.timers.set(this.#sessionTimeout / 3, () => stop.abort())
    const session = { sessionId: this.#sessionId, password: this.#password, sessionTimeout: this.#sessionTimeout }
    try {
      await sayFarewell(session, this.#hosts, this.#settings, stop.signal)
    } catch {
      this.#settings.leaveUnclosed(session)
    } finally {
      cancel()
    }
  }

  #finish(state: 'expired' | 'closed', reason: string): void {
    this.#end.abort(coordinatorErrors.CLOSED({ operation: 'connect' }))
    this.heartbeat.ended(reason)
    this.#states.set(state)
    this.#states.close()
    this.watches.end()
  }

  #unavailable(request: Request<unknown>): RingkeeperError {
    const operation = describe(request)
    if (this.state === 'expired') return coordinatorErrors.SESSION_EXPIRED({ operation })
    if (this.state === 'closed') return coordinatorErrors.CLOSED({ operation })
    return connectionLoss(request, 'not-sent')
  }

  #abortable<Result>(reply: Promise<Result>, signal: AbortSignal): Promise<Result> {
    return waitFor(reply, { signal }, this.#settings.timers, () => new Error('no timeout was set'))
  }
}
