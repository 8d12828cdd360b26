/**
 * Unused pieces of memory. The tightest fit is taken; when there are too many, the smallest is given up: a large one
 * serves for everything, and is what costs most to make anew.
 */
export class BestFitPool<Piece> {
  readonly #most: number
  readonly #sizeOf: (piece: Piece) => number
  /** Smallest first. */
  readonly #free: Piece[] = []

  /** @param most - how many are kept. */
  constructor(most: number, sizeOf: (piece: Piece) => number) {
    this.#most = most
    this.#sizeOf = sizeOf
  }

  /** A piece of at least this size, if there is one. */
  take(size: number): Piece | undefined {
    const at = this.#free.findIndex((piece) => this.#sizeOf(piece) >= size)
    return at < 0 ? undefined : this.#free.splice(at, 1)[0]
  }

  giveBack(piece: Piece): void {
    const size = this.#sizeOf(piece)
    const at = this.#free.findIndex((other) => this.#sizeOf(other) >= size)
    this.#free.splice(at < 0 ? this.#free.length : at, 0, piece)
    if (this.#free.length > this.#most) this.#free.shift()
  }
}
