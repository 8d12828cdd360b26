import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { JuteReader } from '../../src/protocol/jute-reader.ts'
import { JuteWriter } from '../../src/protocol/jute-writer.ts'
import { opcode, specialXid } from '../../src/protocol/opcode.ts'

/** A request that a fake server has received. */
export interface FakeRequest {
  readonly xid: number
  readonly opcode: number
  /** What follows the opcode. */
  readonly body: JuteReader
}

/** What a client said in the handshake. */
export interface FakeHello {
  readonly lastZxid: bigint
  readonly sessionTimeout: number
  readonly sessionId: bigint
  readonly password: Uint8Array
}

/** Answers a handshake; `undefined` leaves the client waiting. */
export type Welcome = (hello: FakeHello, connection: FakeConnection) => Uint8Array | undefined

/** Things to wait for, in order. */
export class Mailbox<T> {
  readonly #items: T[] = []
  readonly #readers: ((item: T) => void)[] = []

  put(item: T): void {
    const reader = this.#readers.shift()
    if (reader) reader(item)
    else this.#items.push(item)
  }

  take(): Promise<T> {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift() as T)
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  get size(): number {
    return this.#items.length
  }
}

/** One client's connection. The test reads requests and answers them. */
export class FakeConnection {
  hello: FakeHello | undefined
  /** Whether pings are answered. */
  answersPings = true
  readonly closed: Promise<unknown>
  readonly pings: Mailbox<void> = new Mailbox()
  readonly #socket: Socket
  readonly #requests = new Mailbox<FakeRequest>()
  #received = Buffer.alloc(0)

  constructor(socket: Socket, welcome: () => Welcome, greeted: (connection: FakeConnection) => void) {
    this.#socket = socket
    this.closed = once(socket, 'close')
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      for (let frame = this.#nextFrame(); frame; frame = this.#nextFrame()) {
        if (this.hello) this.#accept(frame)
        else this.#greet(frame, welcome(), greeted)
      }
    })
  }

  /** The next request that is no ping. */
  request(): Promise<FakeRequest> {
    return this.#requests.take()
  }

  /** How many requests wait to be taken. */
  get waiting(): number {
    return this.#requests.size
  }

  /** Sends bytes in one piece. */
  send(...frames: Uint8Array[]): void {
    this.#socket.write(Buffer.concat(frames))
  }

  drop(): void {
    this.#socket.resetAndDestroy()
  }

  #nextFrame(): JuteReader | undefined {
    if (this.#received.length < 4) return undefined
    const end = 4 + this.#received.readInt32BE(0)
    if (this.#received.length < end) return undefined
    const frame = new JuteReader(this.#received, 4, end, true)
    this.#received = this.#received.subarray(end)
    return frame
  }

  #greet(frame: JuteReader, welcome: Welcome, greeted: (connection: FakeConnection) => void): void {
    frame.int()
    const lastZxid = frame.long()
    this.hello = { lastZxid, sessionTimeout: frame.int(), sessionId: frame.long(), password: frame.buffer() }
    const answer = welcome(this.hello, this)
    if (answer) this.send(answer)
    greeted(this)
  }

  #accept(frame: JuteReader): void {
    const request = { xid: frame.int(), opcode: frame.int(), body: frame }
    if (request.opcode !== opcode.ping) return this.#requests.put(request)
    this.pings.put()
    if (this.answersPings) this.send(replyFrame(specialXid.ping, 0n))
  }
}

/** A server that speaks ZooKeeper's protocol as the test tells it to. */
export class FakeServer implements AsyncDisposable {
  /** Opens, or resumes, a session unless the test says otherwise. */
  welcome: Welcome = (hello) =>
    helloFrame({ sessionId: hello.sessionId || 0x77n, sessionTimeout: hello.sessionTimeout })
  readonly #server: Server
  readonly #connections: Mailbox<FakeConnection>
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server, connections: Mailbox<FakeConnection>) {
    this.#server = server
    this.#connections = connections
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
      new FakeConnection(
        socket,
        () => this.welcome,
        (connection) => this.#connections.put(connection),
      )
    })
  }

  /** @param connections - where new connections go; shared by servers of which any may get the next. */
  static async start(connections: Mailbox<FakeConnection> = new Mailbox()): Promise<FakeServer> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new FakeServer(server, connections)
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The next connection that has sent its handshake. */
  connection(): Promise<FakeConnection> {
    return this.#connections.take()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }
}

/** A frame with what `write` puts in it. */
export function frame(write: (writer: JuteWriter) => void): Buffer {
  const writer = new JuteWriter(64)
  writer.startFrame()
  write(writer)
  writer.endFrame()
  return Buffer.from(writer.written())
}

/** The answer to a handshake. */
export function helloFrame(hello: { readonly sessionId: bigint; readonly sessionTimeout: number }): Buffer {
  return frame((writer) => {
    writer.int(0)
    writer.int(hello.sessionTimeout)
    writer.long(hello.sessionId)
    writer.buffer(new Uint8Array(16).fill(7))
    writer.bool(false)
  })
}

/** The answer to a handshake of a session that is over. */
export const expiredFrame: Buffer = helloFrame({ sessionId: 0n, sessionTimeout: 0 })

/** A reply. */
export function replyFrame(
  xid: number,
  zxid: bigint,
  error = 0,
  body: (writer: JuteWriter) => void = () => {},
): Buffer {
  return frame((writer) => {
    writer.int(xid)
    writer.long(zxid)
    writer.int(error)
    body(writer)
  })
}

/** A notification: 1 created, 2 deleted, 3 changed, 4 children. */
export function eventFrame(type: number, path: string): Buffer {
  return replyFrame(specialXid.notification, -1n, 0, (writer) => {
    writer.int(type)
    writer.int(3)
    writer.string(path)
  })
}

/** A stat whose fields are all different from each other. */
export function writeStat(writer: JuteWriter, czxid = 1n, ephemeralOwner = 8n): void {
  for (const long of [czxid, czxid + 1n, 3_000_000_000_003n, 4n]) writer.long(long)
  for (const int of [5, 6, 7]) writer.int(int)
  writer.long(ephemeralOwner)
  writer.int(9)
  writer.int(10)
  writer.long(czxid + 10n)
}
