/**
 * Unused pieces of memory. The tightest fit is taken; when they are too much, the smallest are given up: a large one
 * serves for everything, and is what costs most to make anew. One that is larger than half of what is kept is not kept.
 */
export class BestFitPool<Piece> {
  readonly #most: number
  readonly #mostSize: number
  readonly #sizeOf: (piece: Piece) => number
  /** Smallest first. */
  readonly #free: Piece[] = []
  #size = 0

  /**
   * @param most - how many pieces are kept.
   * @param mostSize - and how much, as the sum of all sizes.
   */
  constructor(most: number, mostSize: number, sizeOf: (piece: Piece) => number) {
    this.#most = most
    this.#mostSize = mostSize
    this.#sizeOf = sizeOf
  }

  /** A piece of at least this size, if there is one. */
  take(size: number): Piece | undefined {
    const at = this.#free.findIndex((piece) => this.#sizeOf(piece) >= size)
    return at < 0 ? undefined : this.#remove(at)
  }

  giveBack(piece: Piece): void {
    const size = this.#sizeOf(piece)
    if (size > this.#mostSize / 2) return
    const at = this.#free.findIndex((other) => this.#sizeOf(other) >= size)
    this.#free.splice(at < 0 ? this.#free.length : at, 0, piece)
    this.#size += size
    while (this.#size > this.#mostSize || this.#free.length > this.#most) this.#remove(0)
  }

  #remove(at: number): Piece {
    const [piece] = this.#free.splice(at, 1) as [Piece]
    this.#size -= this.#sizeOf(piece)
    return piece
  }
}
