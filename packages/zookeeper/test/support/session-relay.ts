import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { systemPorts } from '@ringkeeper/core'
import { JuteReader } from '../../src/protocol/jute-reader.ts'
import { readConnectReply, type ConnectReply } from '../../src/protocol/messages/connect.ts'
import { specialXid } from '../../src/protocol/opcode.ts'
import { sayFarewell } from '../../src/session/farewell.ts'
import { HostList } from '../../src/session/host-list.ts'

/** Cuts what one side has sent into frames. */
function frames(handle: (frame: JuteReader) => void): (chunk: Buffer) => void {
  let received = Buffer.alloc(0)
  return (chunk) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
      const end = 4 + received.readInt32BE(0)
      handle(new JuteReader(received, 4, end, true))
      received = received.subarray(end)
    }
  }
}

/** Stands between one session and its server, understands what passes, and makes trouble on demand. */
export class SessionRelay implements AsyncDisposable {
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #isCut = false
  #losesReply = false
  #session: ConnectReply | undefined

  private constructor(server: Server, address: string) {
    const [host, port] = address.split(':') as [string, string]
    this.#server = server
    this.#target = { host, port: Number(port) }
    server.on('connection', (client) => this.#accept(client))
  }

  static async start(address: string): Promise<SessionRelay> {
    const server = createServer({ noDelay: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new SessionRelay(server, address)
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The next reply but those to pings is swallowed, and the connection with it. */
  loseReply(): void {
    this.#losesReply = true
  }

  disconnect(): void {
    this.#isCut = true
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy()
  }

  reconnect(): void {
    this.#isCut = false
  }

  /** Takes the session over and closes it. */
  async expire(): Promise<void> {
    if (!this.#session) throw new Error('no session has passed through this relay')
    const ports = systemPorts()
    const limits = { maxInFlight: 1, maxRequestBytes: 1000, maxReplyBytes: 1000, tls: undefined }
    const hosts = new HostList([this.#target], ports.random, this.#session.sessionTimeout)
    await sayFarewell(this.#session, hosts, { ...ports, ...limits }, new AbortController().signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disconnect()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(client: Socket): void {
    const drop = (): void => {
      client.resetAndDestroy()
      server?.destroy()
    }
    client.on('error', () => {})
    const server = this.#isCut ? undefined : connect({ ...this.#target, noDelay: true })
    if (!server) return drop()
    const pair = [client, server] as const
    this.#pairs.add(pair)
    server.on('error', drop)
    server.once('close', () => client.destroy())
    client.once('close', () => {
      this.#pairs.delete(pair)
      server.destroy()
    })
    client.on('data', (chunk) => server.write(chunk))
    let isGreeted = false
    const look = frames((frame) => {
      if (isGreeted) return this.#losesReply && frame.int() !== specialXid.ping ? drop() : undefined
      isGreeted = true
      const reply = readConnectReply(frame)
      if (reply.sessionTimeout > 0) this.#session = reply
    })
    server.on('data', (chunk) => {
      look(chunk)
      if (client.destroyed) this.#losesReply = false
      else client.write(chunk)
    })
  }
}
