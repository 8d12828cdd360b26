/** One record that reached the other side of a sink. */
export interface Arrival {
  readonly shard: string
  readonly offset: number
  readonly key: string
  readonly token: bigint
}

/** Keeps book of what has left each shard, and holds it against what a pipeline promises. */
export class DeliveryLedger {
  readonly #records: number
  readonly #left: ReadonlyMap<string, Set<number>>
  /** In the order of arrival, without dead letters. */
  readonly #arrivals: Arrival[] = []

  /** @param records - how many each shard has. */
  constructor(shards: readonly string[], records: number) {
    this.#records = records
    this.#left = new Map(shards.map((shard) => [shard, new Set()]))
  }

  /** A record has left, to a target or as a dead letter. */
  left(arrival: Arrival, isDeadLetter: boolean): void {
    if (!isDeadLetter) this.#arrivals.push(arrival)
    this.#left.get(arrival.shard)?.add(arrival.offset)
  }

  get isComplete(): boolean {
    return [...this.#left.values()].every(({ size }) => size === this.#records)
  }

  /** How many records of each shard have not left, for people. */
  get missing(): string {
    return [...this.#left].map(([shard, { size }]) => `${shard} ${this.#records - size}`).join(', ')
  }

  /** What is wrong with a position that is to be committed. */
  faultOf(shard: string, position: number): string | undefined {
    for (let offset = 0; offset < position; offset += 1) {
      if (!this.#left.get(shard)?.has(offset))
        return `${shard} was committed at ${position}, but ${offset} has not left`
    }
    return undefined
  }

  /** Each key's records arrive in order, counting the first arrival of each, and owners do not overlap. */
  checkOrder(): void {
    const newest = new Map<string, number>()
    const seen = new Set<string>()
    const tokens = new Map<string, bigint>()
    for (const { shard, offset, key, token } of this.#arrivals) {
      if (token < (tokens.get(shard) ?? 0n))
        throw new Error(`${shard}: token ${token} wrote after ${tokens.get(shard)}`)
      tokens.set(shard, token)
      if (key === '' || seen.has(`${shard} ${offset}`)) continue
      seen.add(`${shard} ${offset}`)
      const last = newest.get(`${shard} ${key}`) ?? -1
      if (offset < last) throw new Error(`${shard}: ${offset} of ${key} arrived after ${last}`)
      newest.set(`${shard} ${key}`, offset)
    }
  }
}
