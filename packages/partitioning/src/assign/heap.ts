/** Numbers below `size`, the first by `before` on top. */
export class Heap {
  readonly #items: Int32Array
  readonly #before: (a: number, b: number) => boolean

  constructor(size: number, before: (a: number, b: number) => boolean) {
    this.#items = Int32Array.from({ length: size }, (_, i) => i)
    this.#before = before
    for (let place = size >> 1; place >= 0; place--) this.#sink(place)
  }

  get first(): number {
    return this.#items[0]!
  }

  /** To be called when the first one has got worse. */
  sinkFirst(): void {
    this.#sink(0)
  }

  #sink(place: number): void {
    const items = this.#items
    const item = items[place]!
    for (;;) {
      let child = 2 * place + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#before(items[child + 1]!, items[child]!)) child++
      if (!this.#before(items[child]!, item)) break
      items[place] = items[child]!
      place = child
    }
    items[place] = item
  }
}
