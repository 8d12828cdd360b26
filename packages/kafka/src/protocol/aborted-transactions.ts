/** A transaction that was aborted: records of this producer from this offset on do not count. */
export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: number
}

/**
 * Tells the batches of aborted transactions, for batches looked at in the order of their offsets. A transaction is open
 * from its first offset up to the control batch that ends it.
 */
export class AbortedTransactions {
  readonly #coming: AbortedTransaction[]
  readonly #open = new Set<bigint>()

  /** @param transactions - as a fetch answer lists them for the partition. */
  constructor(transactions: readonly AbortedTransaction[]) {
    this.#coming = transactions.toSorted((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Whether the records of this producer's batch, which ends at `lastOffset`, were aborted. */
  covers(producerId: bigint, lastOffset: number): boolean {
    this.#openUpTo(lastOffset)
    return this.#open.has(producerId)
  }

  /** A control batch with an abort marker at `offset`: the producer's next transaction is another one. */
  end(producerId: bigint, offset: number): void {
    // The answer may begin with the marker, after the records of its transaction.
    this.#openUpTo(offset)
    this.#open.delete(producerId)
  }

  #openUpTo(offset: number): void {
    for (let next = this.#coming[0]; next && next.firstOffset <= offset; next = this.#coming[0]) {
      this.#open.add(next.producerId)
      this.#coming.shift()
    }
  }
}
