import { Channel, type Turns } from './channel.ts'

/** What a connection needs of its client. */
export interface ConnectionClient {
  readonly turns: Turns
  readonly requestDelay: () => number
  readonly replyDelay: () => number
  /** The connection has ended. */
  readonly lost: (connection: Connection) => void
}

/** One connection between a session and its server. */
export class Connection {
  readonly #toClient: Channel
  readonly #toServer: Channel
  readonly #client: ConnectionClient
  #isOpen = true

  constructor(client: ConnectionClient, network: Turns) {
    this.#client = client
    this.#toClient = new Channel(client.turns, client.replyDelay)
    this.#toServer = new Channel(network, client.requestDelay)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Calls `serve` on the server's side: at once, unless requests are delayed. */
  request(serve: () => void): void {
    if (!this.#isOpen) return
    if (this.#toServer.isIdle) serve()
    else this.#toServer.push(serve)
  }

  /** Calls `receive` on the client's side, later. */
  send(receive: () => void): void {
    if (this.#isOpen) this.#toClient.push(receive)
  }

  /** Breaks the connection: what is under way is gone. */
  cut(): void {
    if (!this.#isOpen) return
    this.#toClient.clear()
    this.end()
  }

  /** The server closes the connection: what it has sent still arrives. */
  end(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#toServer.clear()
    this.#toClient.push(() => this.#client.lost(this))
  }
}
