/** Counts what one shard has under way to one target since the last ring change. */
export class InFlightCount {
  #count = 0
  #onZero: (() => void) | undefined

  get isZero(): boolean {
    return this.#count === 0
  }

  enter(): void {
    this.#count += 1
  }

  leave(): void {
    this.#count -= 1
    if (this.#count === 0) this.#onZero?.()
  }

  /** Nothing is added any more, except parts of what is under way; calls back when it is all acknowledged. */
  retire(onZero: () => void): void {
    this.#onZero = onZero
  }
}
