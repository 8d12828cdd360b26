import { messageOf } from '@ringkeeper/core'
import { kafkaErrors } from '../errors.ts'
import { isPassing, kafkaErrorName } from '../protocol/error-codes.ts'
import type { Throttled, WireRequest } from '../protocol/wire-request.ts'
import { resetConnection, sendOver, type InnerBroker, type InnerConnection } from '../kafkajs/inside.ts'

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
  #closed = false

  constructor(broker: InnerBroker) {
    this.#broker = broker
  }

  get host(): string {
    return this.#broker.connectionPool.host
  }

  get port(): number {
    return this.#broker.connectionPool.port
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

  /** Resets both connections. Waiting requests are rejected. */
  close(): void {
    this.#closed = true
    for (const lane of [0, 1] as const) this.#reset(lane, 'the connection was closed')
  }

  async #guarded<T>(name: string, lane: Lane, signal: AbortSignal | undefined, send: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted()
    const abort = (): void => this.#reset(lane, 'the caller gave up')
    signal?.addEventListener('abort', abort, { once: true })
    try {
      await this.#connect(lane)
      signal?.throwIfAborted()
      return await send()
    } catch (error) {
      signal?.throwIfAborted()
      throw this.#translate(name, lane, error)
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  #connection(lane: Lane): InnerConnection {
    return this.#broker.connectionPool.pool[lane] as InnerConnection
  }

  /** Once at a time per lane: kafkajs would open, and forget, a second socket. */
  #connect(lane: Lane): Promise<void> {
    if (this.#closed) return Promise.reject(kafkaErrors.CLOSED({ what: 'connection' }))
    if (this.#introduction && this.#connection(lane).isConnected() && !this.#connecting[lane]) return Promise.resolve()
    this.#connecting[lane] ??= this.#connectOnce(lane).finally(() => {
      this.#connecting[lane] = undefined
    })
    return this.#connecting[lane]
  }

  async #connectOnce(lane: Lane): Promise<void> {
    this.#introduction ??= this.#broker.connect()
    try {
      await this.#introduction
    } catch (error) {
      this.#introduction = undefined
      this.#reset(0, messageOf(error))
      throw error
    }
    const connection = this.#connection(lane)
    if (!connection.isConnected()) await connection.connect()
  }

  #reset(lane: Lane, reason: string): void {
    resetConnection(this.#connection(lane), kafkaErrors.UNAVAILABLE({ request: 'a request', reason }))
  }

  /** A broker's refusal keeps the connection; anything else ends it and counts as the broker being away. */
  #translate(request: string, lane: Lane, error: unknown): Error {
    const { name, code } = error as { readonly name?: unknown; readonly code?: unknown }
    if (this.#closed) return kafkaErrors.CLOSED({ what: 'connection' })
    if (typeof code === 'number' && name === 'KafkaJSProtocolError') {
      return brokerError({ request, kafkaCode: code }, error)
    }
    this.#reset(lane, messageOf(error))
    if (name === 'KafkaJSSASLAuthenticationError' || name === 'KafkaJSUnsupportedSaslMechanism') {
      return kafkaErrors.NOT_AUTHENTICATED(
        { broker: `${this.host}:${this.port}`, reason: messageOf(error) },
        { cause: error },
      )
    }
    return kafkaErrors.UNAVAILABLE({ request, reason: messageOf(error) }, { cause: error })
  }
}

/** The error for a code that a broker answered with. */
export function brokerError(
  data: { readonly request: string; readonly kafkaCode: number; readonly topic?: string; readonly partition?: number },
  cause?: unknown,
): Error {
  const kafkaError = kafkaErrorName(data.kafkaCode)
  return kafkaErrors.BROKER_ERROR(
    { ...data, kafkaError, isPassing: isPassing(data.kafkaCode) },
    cause === undefined ? {} : { cause },
  )
}
