import type { Socket } from 'node:net'
import { isRingkeeperError, messageOf } from '@ringkeeper/core'
import { kafkaErrors } from '../errors.ts'
import { isPassing, kafkaErrorName } from '../protocol/error-codes.ts'
import type { Throttled, WireRequest } from '../protocol/wire-request.ts'
import { connectAnew, dropConnection, isAlive, resetConnection, sendOver } from '../kafkajs/connection.ts'
import type { InnerBroker, InnerConnection } from '../kafkajs/inside.ts'
import { isLoginRefused, kafkaCodeOf } from '../kafkajs/kafkajs-errors.ts'
import { untilAborted } from './until-aborted.ts'

/** The two connections to a broker. Kafkajs's own requests take the first. */
export type Lane = 0 | 1

/**
 * One broker: requests over two connections that connect when needed. A request that ends without an answer resets its
 * connection, so that the broker does not apply it later.
 */
export class BrokerLink {
  readonly #broker: InnerBroker
  readonly #connecting: (Promise<void> | undefined)[] = []
  /** Whether the broker told us its versions, which kafkajs asks for on the first connection only. */
  #introduction: Promise<void> | undefined
  #closedFor: Error | undefined

  constructor(broker: InnerBroker) {
    this.#broker = broker
  }

  get host(): string {
    return this.#broker.connectionPool.host
  }

  get port(): number {
    return this.#broker.connectionPool.port
  }

  /** Connects before there is a request; those that come meanwhile use the same connections. */
  async connect(lanes: readonly Lane[]): Promise<void> {
    await Promise.all(lanes.map((lane) => this.#connect('connecting', lane)))
  }

  /** Sends one of our own requests. */
  async send<Answer extends Throttled>(
    request: WireRequest<Answer>,
    options: { readonly lane: Lane; readonly signal?: AbortSignal | undefined },
  ): Promise<Answer> {
    const connection = this.#connection(options.lane)
    const payload = await this.#guarded(request.apiName, options.lane, options.signal, () =>
      sendOver(connection, request),
    )
    const answer = request.decode(payload)
    connection.requestQueue.maybeThrottle(answer.throttleTime)
    return answer
  }

  /** Makes one of kafkajs's own requests. */
  call<Answer>(name: string, request: (broker: InnerBroker) => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    return this.#guarded(name, 0, signal, () => request(this.#broker))
  }

  /**
   * Resets both connections. Requests that wait are rejected with `reason`, and so are later ones: with trouble that
   * passes where only this link is given up.
   */
  close(reason: Error = kafkaErrors.CLOSED({ what: 'connection' })): void {
    this.#closedFor ??= reason
    for (const lane of [0, 1] as const) resetConnection(this.#connection(lane), reason)
  }

  async #guarded<T>(name: string, lane: Lane, signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    const connection = this.#connection(lane)
    let socket: Socket | undefined
    // The socket that the request went over and no other: the next one may be there already, and others use it.
    const reset = (reason: string): void => {
      if (socket && socket === connection.socket) resetConnection(connection, unavailable(name, reason))
    }
    const abort = (): void => reset('the caller gave up')
    try {
      await untilAborted(this.#connect(name, lane), signal)
      signal?.throwIfAborted()
      socket = connection.socket
      signal?.addEventListener('abort', abort, { once: true })
      return await send()
    } catch (error) {
      signal?.throwIfAborted()
      const meaning = this.#meaning(name, connection, error)
      if (kafkaCodeOf(error) === undefined) reset(messageOf(error))
      throw meaning
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  #connection(lane: Lane): InnerConnection {
    return this.#broker.connectionPool.pool[lane] as InnerConnection
  }

  /** Once at a time per lane: kafkajs would open, and forget, a second socket. */
  #connect(name: string, lane: Lane): Promise<void> {
    if (this.#closedFor) return Promise.reject(this.#closedFor)
    if (this.#introduction && isAlive(this.#connection(lane)) && !this.#connecting[lane]) return Promise.resolve()
    this.#connecting[lane] ??= this.#connectOnce(name, lane).finally(() => {
      this.#connecting[lane] = undefined
    })
    return this.#connecting[lane]
  }

  async #connectOnce(name: string, lane: Lane): Promise<void> {
    await this.#introduce(name)
    if (this.#closedFor) throw this.#closedFor
    const connection = this.#connection(lane)
    if (!isAlive(connection)) await connectAnew(connection)
    if (!connection.isAuthenticated()) await connection.authenticate()
  }

  async #introduce(name: string): Promise<void> {
    this.#introduction ??= this.#broker.connect()
    const introduction = this.#introduction
    try {
      await introduction
    } catch (error) {
      const connection = this.#connection(0)
      const meaning = this.#meaning(name, connection, error)
      if (this.#introduction === introduction) {
        this.#introduction = undefined
        dropConnection(connection, meaning)
      }
      throw meaning
    }
  }

  /** A broker's refusal, or else the broker counts as away. */
  #meaning(request: string, connection: InnerConnection, error: unknown): Error {
    if (this.#closedFor) return this.#closedFor
    if (isRingkeeperError(error)) return error
    if (isLoginRefused(connection, error)) {
      const broker = `${this.host}:${this.port}`
      return kafkaErrors.NOT_AUTHENTICATED({ broker, reason: messageOf(error) }, { cause: error })
    }
    const kafkaCode = kafkaCodeOf(error)
    return kafkaCode === undefined
      ? unavailable(request, messageOf(error), error)
      : brokerError({ request, kafkaCode }, error)
  }
}

/** The error for a broker that does not answer. */
function unavailable(request: string, reason: string, cause?: unknown): Error {
  return kafkaErrors.UNAVAILABLE({ request, reason }, cause === undefined ? {} : { cause })
}

/** The error for a code that a broker answered with. */
export function brokerError(
  data: { readonly request: string; readonly kafkaCode: number; readonly topic?: string; readonly partition?: number },
  cause?: unknown,
): ReturnType<typeof kafkaErrors.BROKER_ERROR> {
  const kafkaError = kafkaErrorName(data.kafkaCode)
  return kafkaErrors.BROKER_ERROR(
    { ...data, kafkaError, isPassing: isPassing(data.kafkaCode) },
    cause === undefined ? {} : { cause },
  )
}
