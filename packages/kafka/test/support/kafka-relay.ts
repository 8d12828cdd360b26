import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Api } from './api.ts'

/** What to do with one frame. */
type Fate = 'pass' | 'hold' | 'drop connection'

interface Frame {
  readonly bytes: Buffer
  readonly apiKey: number
}

/** Cuts a stream into frames: a length (int32) and so many bytes. */
export class Frames {
  #bytes: Buffer = Buffer.alloc(0)

  take(chunk: Buffer): Buffer[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    const frames: Buffer[] = []
    while (this.#bytes.length >= 4 && this.#bytes.length >= 4 + this.#bytes.readInt32BE(0)) {
      const end = 4 + this.#bytes.readInt32BE(0)
      frames.push(this.#bytes.subarray(0, end))
      this.#bytes = this.#bytes.subarray(end)
    }
    return frames
  }
}

/**
 * A broker behind a relay that understands just enough to misbehave with one kind of request. Clients stay on it: it
 * puts its own port into what the broker says of itself.
 */
export class KafkaRelay implements AsyncDisposable {
  /** Requests of each kind that reached the broker. */
  readonly delivered = new Map<number, number>()
  onRequest: (frame: Frame) => Fate = () => 'pass'
  onReply: (frame: Frame) => Fate = () => 'pass'
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #sockets = new Set<Socket>()
  #waiters: { readonly apiKey: number; readonly resolve: () => void }[] = []

  static async start(bootstrap: string): Promise<KafkaRelay> {
    const relay = new KafkaRelay(bootstrap)
    relay.#server.listen(0, '127.0.0.1')
    await once(relay.#server, 'listening')
    return relay
  }

  constructor(bootstrap: string) {
    const [host, port] = bootstrap.split(':') as [string, string]
    this.#target = { host, port: Number(port) }
    this.#server = createServer((client) => this.#accept(client))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get bootstrap(): string {
    return `127.0.0.1:${this.port}`
  }

  /** The next request of a kind is held, and never delivered unless its connection lives. */
  async held(apiKey: number): Promise<void> {
    let isHeld = false
    const seen = new Promise<void>((resolve) => this.#waiters.push({ apiKey, resolve }))
    this.onRequest = (frame) => {
      if (frame.apiKey !== apiKey || isHeld) return 'pass'
      isHeld = true
      return 'hold'
    }
    await seen
  }

  /** The next request of a kind is applied, and the connection ends instead of its answer. */
  loseReply(apiKey: number): void {
    this.onReply = (frame) => {
      if (frame.apiKey !== apiKey) return 'pass'
      this.onReply = () => 'pass'
      return 'drop connection'
    }
  }

  /** The next request of a kind ends its connection instead of being delivered. */
  loseRequest(apiKey: number): void {
    this.onRequest = (frame) => {
      if (frame.apiKey !== apiKey) return 'pass'
      this.onRequest = () => 'pass'
      return 'drop connection'
    }
  }

  /** Resolves when no connection is left. */
  async empty(): Promise<void> {
    for (const socket of this.#sockets) await new Promise((resolve) => socket.once('close', resolve))
  }

  /** Ends all connections. */
  drop(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(client: Socket): void {
    const broker = connect(this.#target)
    const apiKeys = new Map<number, { apiKey: number; version: number }>()
    const end = (): void => {
      for (const socket of [client, broker]) {
        socket.destroy()
        this.#sockets.delete(socket)
      }
    }
    for (const socket of [client, broker]) {
      this.#sockets.add(socket)
      socket.on('error', end)
      socket.on('close', end)
    }
    const requests = new Frames()
    let isHolding = false
    client.on('data', (chunk) => {
      for (const bytes of requests.take(chunk)) {
        const apiKey = bytes.readInt16BE(4)
        apiKeys.set(bytes.readInt32BE(8), { apiKey, version: bytes.readInt16BE(6) })
        const fate = this.onRequest({ bytes, apiKey })
        if (fate === 'hold') isHolding = true
        if (fate === 'drop connection') return end()
        if (!isHolding) {
          this.delivered.set(apiKey, (this.delivered.get(apiKey) ?? 0) + 1)
          broker.write(bytes)
        }
        for (const waiter of this.#waiters) if (waiter.apiKey === apiKey) waiter.resolve()
        this.#waiters = this.#waiters.filter((waiter) => waiter.apiKey !== apiKey)
      }
    })
    const replies = new Frames()
    broker.on('data', (chunk) => {
      for (const bytes of replies.take(chunk)) {
        const { apiKey = -1, version = 0 } = apiKeys.get(bytes.readInt32BE(4)) ?? {}
        if (this.onReply({ bytes, apiKey }) === 'drop connection') return end()
        if (apiKey === Api.metadata) this.#patchMetadata(bytes, version)
        if (apiKey === Api.findCoordinator) this.#patchCoordinator(bytes, version)
        client.write(bytes)
      }
    })
  }

  /** From version 3 on: throttle time, then brokers: node, host, port, from version 1 on rack. */
  #patchMetadata(bytes: Buffer, version: number): void {
    let at = version >= 3 ? 12 : 8
    let left = bytes.readInt32BE(at)
    for (at += 8; left > 0; left -= 1) {
      at += 2 + bytes.readInt16BE(at)
      bytes.writeInt32BE(this.port, at)
      at += 4
      if (version >= 1) at += 2 + Math.max(0, bytes.readInt16BE(at))
      at += 4
    }
  }

  /** From version 1 on: throttle time, error, message; then node, host, port. */
  #patchCoordinator(bytes: Buffer, version: number): void {
    let at = version >= 1 ? 14 : 10
    if (version >= 1) at += 2 + Math.max(0, bytes.readInt16BE(at))
    at += 4
    at += 2 + bytes.readInt16BE(at)
    bytes.writeInt32BE(this.port, at)
  }
}
