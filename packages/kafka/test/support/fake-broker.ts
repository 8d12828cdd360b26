import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { WireReader } from '../../src/protocol/wire-reader.ts'
import { WireWriter } from '../../src/protocol/wire-writer.ts'
import { Frames } from './kafka-relay.ts'
import { Api } from './api.ts'

/** The body of an answer; or half of it, or nothing, and the end of the connection; or nothing at all. */
export type FakeAnswer = WireWriter | { readonly half: WireWriter } | 'hang up' | 'silence'

/** What answers one kind of request. */
export type Handler = (body: WireReader) => FakeAnswer | Promise<FakeAnswer>

/** The newest versions that are used here and by kafkajs. */
const versions: readonly [number, number][] = [
  [Api.produce, 7],
  [Api.fetch, 11],
  [Api.listOffsets, 3],
  [Api.metadata, 6],
  [Api.offsetCommit, 5],
  [Api.offsetFetch, 4],
  [Api.findCoordinator, 2],
  [Api.saslHandshake, 1],
  [Api.apiVersions, 2],
  [Api.saslAuthenticate, 1],
]

/** A server that speaks as much of Kafka's protocol as a test tells it to. */
export class FakeBroker implements AsyncDisposable {
  readonly #server: Server
  #port = 0
  readonly #sockets = new Set<Socket>()
  readonly #counts = new Map<number, number>()
  readonly #handlers = new Map<number, Handler>()

  static async start(tls?: TlsOptions): Promise<FakeBroker> {
    const broker = new FakeBroker(tls)
    broker.#server.listen(0, '127.0.0.1')
    await once(broker.#server, 'listening')
    broker.#port = (broker.#server.address() as AddressInfo).port
    return broker
  }

  constructor(tls?: TlsOptions) {
    const accept = (socket: Socket): void => this.#accept(socket)
    this.#server = tls ? createTlsServer(tls, accept) : createServer(accept)
    this.on(Api.apiVersions, () => {
      const answer = new WireWriter().int16(0)
      answer.array(versions, ([apiKey, version]) => answer.int16(apiKey).int16(0).int16(version))
      return answer.int32(0)
    })
  }

  get port(): number {
    return this.#port
  }

  get bootstrap(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Says how requests of one kind are answered from now on. */
  on(apiKey: number, handler: Handler): this {
    this.#handlers.set(apiKey, handler)
    return this
  }

  /** How requests of one kind are answered now. */
  handler(apiKey: number): Handler {
    return this.#handlers.get(apiKey) ?? (() => 'hang up')
  }

  /** Leaves requests of one kind without an answer until told otherwise. */
  mute(apiKey: number): { readonly asked: Promise<void>; readonly end: () => void } {
    const before = this.handler(apiKey)
    const asked = new Promise<void>((resolve) =>
      this.on(apiKey, () => {
        resolve()
        return 'silence'
      }),
    )
    return { asked, end: () => this.on(apiKey, before) }
  }

  /** How many requests of a kind came. */
  count(apiKey: number): number {
    return this.#counts.get(apiKey) ?? 0
  }

  /** Open ones. */
  get connections(): number {
    return this.#sockets.size
  }

  /** Ends all connections. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Is away from now on. */
  async stop(): Promise<void> {
    this.hangUp()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => {})
    const frames = new Frames()
    // One after the other, as real brokers answer.
    let before = Promise.resolve()
    socket.on('data', (chunk) => {
      for (const frame of frames.take(chunk)) {
        const apiKey = frame.readInt16BE(4)
        this.#counts.set(apiKey, this.count(apiKey) + 1)
        before = before.then(() => this.#answer(socket, frame))
      }
    })
  }

  async #answer(socket: Socket, frame: Buffer): Promise<void> {
    const request = new WireReader(frame, 'a request')
    request.int32()
    const apiKey = request.int16()
    request.int16()
    const correlationId = request.int32()
    request.nullableString()
    const answer = await this.handler(apiKey)(request)
    if (answer === 'hang up') socket.end()
    if (typeof answer === 'string') return
    const isWhole = answer instanceof WireWriter
    const body = (isWhole ? answer : answer.half).done()
    const header = new WireWriter()
      .int32(4 + body.length)
      .int32(correlationId)
      .done()
    const bytes = Buffer.concat([header, body])
    if (isWhole) socket.write(bytes)
    else socket.end(bytes.subarray(0, bytes.length / 2))
  }
}
