import { coordinatorErrors, isRingkeeperError, type Clock, type Timers } from '@ringkeeper/core'
import { zookeeperErrors } from '../errors.ts'
import { opcode, specialXid } from '../protocol/opcode.ts'
import { readReply, type Request } from '../protocol/request.ts'
import { readWatcherEvent, type WatcherEvent } from '../protocol/messages/watcher-event.ts'
import { serverErrorCode } from '../protocol/server-error.ts'
import { connectionLoss, type AnyCall, type Call } from './call.ts'
import { Fifo } from './fifo.ts'
import type { Established } from './handshake.ts'
import { Inbox, type Message } from './inbox.ts'
import { Liveness } from './liveness.ts'
import { Outbox } from './outbox.ts'
import { formatAddress } from './server-address.ts'

/** Limits and ports of a connection. */
export interface ConnectionSettings {
  readonly maxInFlight: number
  readonly maxRequestBytes: number
  readonly maxReplyBytes: number
  readonly clock: Clock
  readonly timers: Timers
}

/** What a connection tells its session. */
export interface ConnectionEvents {
  readonly event: (event: WatcherEvent) => void
  /** The connection is gone; told before the calls under way are rejected. */
  readonly lost: (reason: Error) => void
}

/**
 * One connection of a session, after the handshake. Requests go out in the order of {@link submit}; replies come in the
 * same order, so the oldest call is always the one that is answered.
 */
export class Connection {
  /** The newest transaction that a reply has shown. */
  lastZxid: bigint
  readonly openedAt: number
  readonly server: string
  readonly #settings: ConnectionSettings
  readonly #events: ConnectionEvents
  readonly #established: Established
  readonly #outbox: Outbox
  readonly #inbox: Inbox
  readonly #liveness: Liveness
  /** Calls that were written, oldest first, and those that wait for room in the window. */
  readonly #written = new Fifo<AnyCall>()
  readonly #waiting = new Fifo<AnyCall>()
  /** Calls with a request number of their own; their replies are in order among themselves. */
  readonly #special = { [specialXid.auth]: new Fifo<AnyCall>(), [specialXid.setWatches]: new Fifo<AnyCall>() }
  #nextXid = 1
  /** How many of the written calls, counted from the newest, are still in the outbox. */
  #unflushed = 0
  #isGone = false

  constructor(
    established: Established,
    lastZxid: bigint,
    sessionTimeout: number,
    settings: ConnectionSettings,
    events: ConnectionEvents,
  ) {
    this.lastZxid = lastZxid
    this.server = formatAddress(established.address)
    this.#settings = settings
    this.#events = events
    this.#established = established
    this.openedAt = settings.clock.monotonic()
    this.#inbox = new Inbox(
      settings.maxReplyBytes,
      (message) => this.#handle(message),
      (error) => this.#lose(error),
    )
    this.#liveness = new Liveness(sessionTimeout, settings.clock, settings.timers, {
      ping: () => this.#ping(),
      dead: (silence) => this.#lose(zookeeperErrors.SERVER_SILENT({ server: this.server, silence })),
    })
    this.#outbox = new Outbox(established.transport, () => {
      this.#unflushed = 0
      this.#liveness.sent()
    })
    established.attach({ data: (chunk) => this.#received(chunk), closed: (error) => this.#closed(error) })
  }

  /** Sends a call, or keeps it until there is room among the requests in flight. */
  submit<Result>(call: Call<Result>): void {
    if (this.#isGone) call.reject(connectionLoss(call.request, 'not-sent'))
    else if (this.#written.size < this.#settings.maxInFlight && this.#waiting.size === 0) this.#write(call)
    else this.#waiting.push(call)
  }

  /** Sends a call past those that wait for room. */
  submitAhead<Result>(call: Call<Result>): void {
    if (this.#isGone) call.reject(connectionLoss(call.request, 'not-sent'))
    else this.#write(call)
  }

  /** Sends a call whose request number is a special one. */
  submitSpecial(xid: typeof specialXid.auth | typeof specialXid.setWatches, call: Call<void>): void {
    if (this.#isGone) return call.reject(connectionLoss(call.request, 'not-sent'))
    if (this.#writeFrame(xid, call)) this.#special[xid].push(call)
  }

  /** Drops the connection without telling the session; the calls under way are rejected with what `error` makes. */
  destroy(error: (request: Request<unknown>) => Error): void {
    this.#leave()
    for (const call of this.#allCalls()) call.reject(error(call.request))
  }

  /** Rejects the calls that wait for room. */
  rejectWaiting(error: (request: Request<unknown>) => Error): void {
    for (const call of this.#waiting.drain()) call.reject(error(call.request))
  }

  #write(call: AnyCall): void {
    if (!this.#writeFrame(this.#nextXid, call)) return
    this.#nextXid = this.#nextXid === 0x7fff_ffff ? 1 : this.#nextXid + 1
    this.#written.push(call)
    this.#unflushed += 1
  }

  /** Returns whether the frame was written; otherwise the call was rejected. */
  #writeFrame(xid: number, { request, reject }: AnyCall): boolean {
    const { writer } = this.#outbox
    const limit = this.#settings.maxRequestBytes
    writer.startFrame()
    try {
      writer.int(xid)
      writer.int(request.opcode)
      request.write(writer)
      const bytes = writer.endFrame()
      if (bytes > limit) throw coordinatorErrors.TOO_LARGE({ path: request.path, bytes, limit })
    } catch (error) {
      writer.dropFrame()
      reject(error)
      return false
    }
    this.#outbox.schedule()
    return true
  }

  #ping(): void {
    const { writer } = this.#outbox
    writer.startFrame()
    writer.int(specialXid.ping)
    writer.int(opcode.ping)
    writer.endFrame()
    this.#outbox.flush()
  }

  #received(chunk: Buffer): void {
    this.#liveness.heard()
    this.#inbox.receive(chunk)
  }

  #handle(message: Message): void {
    const { xid } = message.header
    switch (xid) {
      case specialXid.ping:
        return
      case specialXid.notification: {
        const event = readWatcherEvent(message.reader)
        if (event) this.#events.event(event)
        return
      }
      case specialXid.auth:
        this.#settle(this.#special[xid].shift(), message)
        // The server closes the connection too, in its own time.
        if (message.header.error !== 0) this.#refused('it refused an identity')
        return
      case specialXid.setWatches:
        this.#settle(this.#special[xid].shift(), message)
        if (message.header.error !== 0) this.#refused('it did not set the watches again')
        return
      default:
        return this.#answer(message)
    }
  }

  #answer(message: Message): void {
    const { header } = message
    const expected = this.#expectedXid
    if (header.xid !== expected)
      throw zookeeperErrors.BAD_MESSAGE({ reason: `a reply to request ${header.xid} where ${expected} is the next` })
    if (header.zxid > this.lastZxid) this.lastZxid = header.zxid
    this.#settle(this.#written.shift(), message)
    this.#fillWindow()
    if (header.error === serverErrorCode.sessionExpired || header.error === serverErrorCode.sessionMoved)
      this.#refused('it does not serve this session any more')
  }

  get #expectedXid(): number {
    const xid = this.#nextXid - this.#written.size
    return xid > 0 ? xid : xid + 0x7fff_ffff
  }

  #settle(call: AnyCall | undefined, { header, reader, oversize }: Message): void {
    if (!call) throw zookeeperErrors.BAD_MESSAGE({ reason: `a reply to request ${header.xid} that was not made` })
    try {
      if (oversize !== undefined) {
        const limit = this.#settings.maxReplyBytes
        throw coordinatorErrors.TOO_LARGE({ path: call.request.path, bytes: oversize, limit })
      }
      const result: unknown = readReply(call.request, header, reader)
      if (!call.signal?.aborted) call.onReply?.(result)
      call.resolve(result)
    } catch (error) {
      const isUnreadable = isRingkeeperError(error, 'RK_ZOOKEEPER_BAD_MESSAGE')
      call.reject(isUnreadable ? connectionLoss(call.request, 'unknown', error) : error)
      if (isUnreadable) throw error
    }
  }

  #fillWindow(): void {
    while (this.#written.size < this.#settings.maxInFlight) {
      const call = this.#waiting.shift()
      if (!call) return
      if (!call.signal?.aborted) this.#write(call)
    }
  }

  #closed(cause: Error | undefined): void {
    this.#refused(cause?.message || 'the server closed the connection', cause)
  }

  #refused(reason: string, cause?: Error): void {
    this.#lose(zookeeperErrors.DISCONNECTED({ server: this.server, reason }, cause ? { cause } : {}))
  }

  #lose(reason: Error): void {
    if (this.#isGone) return
    this.#leave()
    this.#events.lost(reason)
    const sent = this.#written.size - this.#unflushed
    const written = this.#written.drain()
    written.forEach((call, index) =>
      call.reject(connectionLoss(call.request, index < sent ? 'unknown' : 'not-sent', reason)),
    )
    for (const call of this.#waiting.drain()) call.reject(connectionLoss(call.request, 'not-sent', reason))
    for (const call of this.#allCalls()) call.reject(connectionLoss(call.request, 'unknown', reason))
  }

  #leave(): void {
    this.#isGone = true
    this.#inbox.stop()
    this.#outbox.stop()
    this.#liveness.stop()
    this.#established.transport.destroy()
  }

  #allCalls(): AnyCall[] {
    const special = [...this.#special[specialXid.auth].drain(), ...this.#special[specialXid.setWatches].drain()]
    return [...this.#written.drain(), ...this.#waiting.drain(), ...special]
  }
}
