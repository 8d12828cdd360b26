import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent, type AgentOptions } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls'

/** One kept connection that can be reset, also below TLS. */
export interface ResettableAgent {
  readonly agent: HttpAgent
  /** Sends a reset: what the other side has not yet received, it never will. */
  reset: (socket: Duplex) => void
}

const oneConnection: AgentOptions = { keepAlive: true, maxSockets: 1 }

/** An agent for the protocol of a URL. */
export function resettableAgent({ protocol }: URL): ResettableAgent {
  if (protocol === 'http:') {
    return { agent: new HttpAgent(oneConnection), reset: (socket) => resetSocket(socket as Socket) }
  }
  const below = new WeakMap<Duplex, Socket>()
  return {
    agent: new TlsAgent(below),
    reset: (socket) => resetSocket(below.get(socket) ?? (socket as Socket)),
  }
}

/** One that was ended before would never close after a reset, and keep the process alive. */
function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}

/** Connects TLS over a socket of its own, because only that one can be reset. */
class TlsAgent extends HttpsAgent {
  readonly #below: WeakMap<Duplex, Socket>

  constructor(below: WeakMap<Duplex, Socket>) {
    super(oneConnection)
    this.#below = below
  }

  override createConnection(options: ConnectionOptions & { readonly host: string; readonly port: number }): TLSSocket {
    const raw = connect({ host: options.host, port: options.port, keepAlive: true })
    const secured = connectTls({ ...options, socket: raw })
    this.#below.set(secured, raw)
    return secured
  }
}
