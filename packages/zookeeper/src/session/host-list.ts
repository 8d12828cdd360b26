import type { Random } from '@ringkeeper/core'
import type { ServerAddress } from '../connection/server-address.ts'

const firstDelay = 50
/** A short outage must not cost a session because the client waits too long to see its end. */
const longestDelay = 1000
/** A long outage is told once in so many rounds, which is about every minute. */
const rareRounds = 64

/**
 * The servers in random order, so that a fleet spreads. A server that fails is followed by the next one at once; only
 * when all have failed does the client wait, longer after every round.
 */
export class HostList {
  readonly #servers: readonly ServerAddress[]
  readonly #random: Random
  readonly #longestDelay: number
  #next = 0
  #failures = 0
  #lastError: unknown

  /** @param sessionTimeout - milliseconds; the pauses stay far below it. */
  constructor(servers: readonly ServerAddress[], random: Random, sessionTimeout: number) {
    this.#servers = shuffled(servers, random)
    this.#random = random
    this.#longestDelay = Math.min(longestDelay, sessionTimeout / 6)
  }

  get size(): number {
    return this.#servers.length
  }

  /** The server to try now. */
  next(): ServerAddress {
    const server = this.#servers[this.#next] as ServerAddress
    this.#next = (this.#next + 1) % this.#servers.length
    return server
  }

  failed(error: unknown): void {
    this.#failures += 1
    this.#lastError = error
  }

  /** Why the newest attempt failed. */
  get lastError(): unknown {
    return this.#lastError
  }

  /** A connection has proved good. */
  succeeded(): void {
    this.#failures = 0
  }

  /** Milliseconds to wait before the next attempt. */
  get delay(): number {
    const rounds = this.#endedRounds
    if (rounds === 0) return 0
    const full = Math.min(this.#longestDelay, firstDelay * 2 ** Math.min(rounds - 1, 10))
    return full * (0.5 + this.#random.next() / 2)
  }

  /** Attempts since one has succeeded. */
  get failures(): number {
    return this.#failures
  }

  /** Whether people should hear of the newest failure: it ends the first round over all servers, or one of ever fewer later ones. */
  get isNews(): boolean {
    const rounds = this.#endedRounds
    return rounds > 0 && (rounds % rareRounds === 0 || Number.isInteger(Math.log2(rounds)))
  }

  /** How often all servers have failed in turn, at the end of such a round; 0 within one. */
  get #endedRounds(): number {
    return this.#failures % this.#servers.length === 0 ? this.#failures / this.#servers.length : 0
  }
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items]
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random.next() * (index + 1))
    const item = result[index] as T
    result[index] = result[other] as T
    result[other] = item
  }
  return result
}
