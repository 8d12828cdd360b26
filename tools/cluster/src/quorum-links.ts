import { faultProxy, type FaultProxy } from '@ringkeeper/testing'
import { errors } from './errors.ts'

/** Where a ZooKeeper server listens for the others. */
export interface QuorumPorts {
  readonly quorum: number
  readonly election: number
}

// A follower often connects before its new leader listens. Refused, it tries again at once; accepted by the proxy and
// then reset, it gives up that leader and a new election costs seconds.
const patience = 2_000

interface Link {
  readonly quorum: FaultProxy
  readonly election: FaultProxy
}

/**
 * All links between the servers of an ensemble, two proxies for each direction: every server's own configuration
 * names the proxies in the place of the other servers.
 */
export class QuorumLinks implements AsyncDisposable {
  readonly #links: ReadonlyMap<string, Link>
  readonly #cuts = new Map<string, readonly [string, string]>()

  private constructor(links: ReadonlyMap<string, Link>) {
    this.#links = links
  }

  /** Opens the proxies for servers by name. */
  static async open(servers: ReadonlyMap<string, QuorumPorts>): Promise<QuorumLinks> {
    const links = new Map<string, Link>()
    const names = [...servers.keys()]
    for (const from of names) {
      for (const to of names) {
        const ports = servers.get(to)
        if (from === to || ports === undefined) continue
        links.set(linkName(from, to), {
          quorum: await faultProxy({ target: { port: ports.quorum }, patience }),
          election: await faultProxy({
            target: { port: ports.election },
            patience,
            rewriteOpening: (opening) => announce(opening, links.get(linkName(to, from))?.election.address ?? ''),
          }),
        })
      }
    }
    return new QuorumLinks(links)
  }

  /** The ports under which `from` reaches `to`. */
  ports(from: string, to: string): QuorumPorts {
    const { quorum, election } = this.#link(from, to)
    return { quorum: quorum.port, election: election.port }
  }

  /** Pairs of servers that are cut now. */
  get cuts(): readonly (readonly [string, string])[] {
    return [...this.#cuts.values()]
  }

  /**
   * Cuts both directions between two servers.
   *
   * @param silent - connections stay open and carry nothing, as with a broken cable; else they are reset.
   */
  cut(a: string, b: string, silent: boolean): void {
    for (const proxy of this.#proxiesBetween(a, b)) {
      if (silent) proxy.freeze()
      else proxy.cut()
    }
    this.#cuts.set(pairName(a, b), [a, b])
  }

  /** Ends {@link cut}. */
  heal(a: string, b: string): void {
    for (const proxy of this.#proxiesBetween(a, b)) proxy.heal()
    this.#cuts.delete(pairName(a, b))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { quorum, election } of this.#links.values()) {
      await quorum[Symbol.asyncDispose]()
      await election[Symbol.asyncDispose]()
    }
  }

  #proxiesBetween(a: string, b: string): FaultProxy[] {
    return [this.#link(a, b), this.#link(b, a)].flatMap(({ quorum, election }) => [quorum, election])
  }

  #link(from: string, to: string): Link {
    const link = this.#links.get(linkName(from, to))
    if (link === undefined) throw errors.NO_SUCH_LINK({ from, to })
    return link
  }
}

const linkName = (from: string, to: string): string => `${from}>${to}`
const pairName = (a: string, b: string): string => [a, b].toSorted().join('-')

/**
 * Puts another address into the first message of an election connection. The server with the larger id calls back
 * at the address that the smaller one announces there; unchanged, that call would go past the proxies.
 *
 * Layout (big-endian): int64 protocol version (negative), int64 server id, int32 length, `host:port` in UTF-8.
 */
function announce(opening: Buffer, address: string): Buffer | undefined {
  if (opening.length < 20) return undefined
  if (opening.readBigInt64BE(0) >= 0n) return opening
  const end = 20 + opening.readInt32BE(16)
  if (opening.length < end) return undefined
  const header = Buffer.from(opening.subarray(0, 20))
  header.writeInt32BE(address.length, 16)
  return Buffer.concat([header, Buffer.from(address), opening.subarray(end)])
}
