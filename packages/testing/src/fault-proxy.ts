import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { sleep, systemPorts, type Ports } from '@ringkeeper/core'
import { HeldPipe } from './internal/held-pipe.ts'
import { resetSocket } from './internal/reset-socket.ts'

/** Where a proxy forwards to. */
export interface ProxyTarget {
  readonly host?: string | undefined
  readonly port: number
}

/** What {@link faultProxy} takes. */
export interface FaultProxyOptions {
  readonly target: ProxyTarget
  /** The port to listen on; a free one when absent. */
  readonly port?: number | undefined
  /**
   * How long to go on connecting to a target that refuses, in milliseconds; 0 when absent. A client that would have
   * retried a refused connection sees an accepted one that is reset, because the proxy has accepted it.
   */
  readonly patience?: number | undefined
  /**
   * Sees what a client sends first, for protocols that announce an address there. Gets all bytes so far and returns
   * what to forward instead, or undefined to wait for more.
   */
  readonly rewriteOpening?: ((opening: Buffer) => Buffer | undefined) | undefined
  readonly ports?: Ports | undefined
}

/** The two directions of the proxy's connections, and what is done to each of them now. */
type DirectionName = 'requests' | 'replies'

interface Connection {
  readonly client: Socket
  /** Absent while the target is being connected to. */
  server?: Socket
  pipes?: Readonly<Record<DirectionName, HeldPipe>>
}

/** Between two attempts to connect to a target, in milliseconds. */
const retryInterval = 20

/**
 * Starts a TCP proxy on loopback that misbehaves on demand. What it holds back it delivers later, in order, unless
 * the connection is dropped first; so a lost reply is `pauseReplies()`, then `dropConnections()`.
 *
 * @example
 * ```ts
 * await using proxy = await faultProxy({ target: { port: 2181 } })
 * const client = connect(proxy.port, proxy.host)
 * proxy.pauseReplies()
 * client.write('request that the server will get')
 * proxy.dropConnections() // its reply never arrives
 * ```
 */
export async function faultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  const proxy = new FaultProxy(server, options)
  server.listen(options.port ?? 0, proxy.host)
  await once(server, 'listening')
  return proxy
}

/** A running proxy, see {@link faultProxy}. Faults apply to all of its connections, also to later ones. */
export class FaultProxy implements AsyncDisposable {
  readonly host: string = '127.0.0.1'
  readonly #server: Server
  readonly #rewriteOpening: FaultProxyOptions['rewriteOpening']
  readonly #ports: Ports
  readonly #connections = new Set<Connection>()
  readonly #paused: Record<DirectionName, boolean> = { requests: false, replies: false }
  readonly #patience: number
  #target: ProxyTarget
  #delay = 0
  #cut = false

  /** Use {@link faultProxy}. */
  constructor(server: Server, options: FaultProxyOptions) {
    this.#server = server
    this.#target = options.target
    this.#patience = options.patience ?? 0
    this.#rewriteOpening = options.rewriteOpening
    this.#ports = options.ports ?? systemPorts()
    server.on('connection', (client) => void this.#accept(client))
  }

  /** The port it listens on. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** `host:port` of the proxy. */
  get address(): string {
    return `${this.host}:${this.port}`
  }

  /** How many connections are open now. */
  get connections(): number {
    return this.#connections.size
  }

  /** Resets all connections and refuses new ones until {@link heal}. */
  cut(): void {
    this.#cut = true
    this.dropConnections()
  }

  /** Ends every fault: cut, pauses and delay. */
  heal(): void {
    this.#cut = false
    this.#delay = 0
    this.thaw()
  }

  /** Holds what the clients send. */
  pauseRequests(): void {
    this.#pause('requests', true)
  }

  /** Delivers what {@link pauseRequests} has held, and everything after it. */
  resumeRequests(): void {
    this.#pause('requests', false)
  }

  /** Holds what the server sends, the end of a connection included. */
  pauseReplies(): void {
    this.#pause('replies', true)
  }

  /** Delivers what {@link pauseReplies} has held, and everything after it. */
  resumeReplies(): void {
    this.#pause('replies', false)
  }

  /** Holds both directions: connections stay open and silent, as behind a router that drops all packets. */
  freeze(): void {
    this.pauseRequests()
    this.pauseReplies()
  }

  /** Ends {@link freeze} and the pauses of one direction; what was held is delivered. */
  thaw(): void {
    this.resumeRequests()
    this.resumeReplies()
  }

  /** Delivers everything that arrives from now on this many milliseconds later, each way. 0 ends it. */
  delay(milliseconds: number): void {
    this.#delay = milliseconds
  }

  /** Resets all open connections; what is held for them is lost. New connections are accepted. */
  dropConnections(): void {
    for (const { client, server } of this.#connections) {
      resetSocket(client)
      if (server) resetSocket(server)
    }
  }

  /** Forwards new connections to another server; open ones stay where they are. */
  retarget(target: ProxyTarget): void {
    this.#target = target
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dropConnections()
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    await closed
  }

  async #accept(client: Socket): Promise<void> {
    client.on('error', () => {})
    if (this.#cut) return resetSocket(client)
    const connection: Connection = { client }
    this.#connections.add(connection)
    const forget = (): void => {
      if (client.closed && (connection.server?.closed ?? true)) this.#connections.delete(connection)
    }
    client.once('close', forget)
    const server = await this.#dial(client)
    if (server === undefined || client.destroyed) {
      server?.destroy()
      if (!client.destroyed) resetSocket(client)
      return
    }
    connection.server = server
    connection.pipes = {
      requests: this.#pipe('requests', client, server, this.#rewriteOpening),
      replies: this.#pipe('replies', server, client, undefined),
    }
    server.once('close', forget)
  }

  /** Connects to the target for as long as it may take. What the client sends meanwhile waits in its socket. */
  async #dial(client: Socket): Promise<Socket | undefined> {
    const { clock, timers } = this.#ports
    const giveUp = clock.monotonic() + this.#patience
    for (;;) {
      const { host = '127.0.0.1', port } = this.#target
      const server = connect({ host, port, allowHalfOpen: true, noDelay: true })
      try {
        await once(server, 'connect')
        return server
      } catch {
        if (client.destroyed || clock.monotonic() >= giveUp) return undefined
        await sleep(retryInterval, timers)
      }
    }
  }

  #pipe(name: DirectionName, from: Socket, to: Socket, rewriteOpening: FaultProxyOptions['rewriteOpening']): HeldPipe {
    return new HeldPipe(from, to, {
      ports: this.#ports,
      paused: () => this.#paused[name],
      delay: () => this.#delay,
      rewriteOpening,
    })
  }

  #pause(name: DirectionName, paused: boolean): void {
    this.#paused[name] = paused
    if (paused) return
    for (const { pipes } of this.#connections) pipes?.[name].deliver()
  }
}
