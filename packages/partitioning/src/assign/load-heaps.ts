/** For each of several sets of members the one with the least load, kept up to date while loads change. */
export class LoadHeaps {
  readonly counts: Int32Array
  readonly #weights: Float64Array
  readonly #heaps: readonly Int32Array[]
  /** For each set the place of each member in its heap, or -1. */
  readonly #places: readonly Int32Array[]
  readonly #setsOf: readonly number[][]

  constructor(sets: readonly Int32Array[], weights: Float64Array, counts: Int32Array) {
    this.counts = counts
    this.#weights = weights
    const setsOf: number[][] = Array.from(weights, () => [])
    this.#setsOf = setsOf
    this.#heaps = sets.map((set) => set.slice())
    this.#places = sets.map((set, number) => {
      const places = new Int32Array(weights.length).fill(-1)
      for (const [place, member] of set.entries()) {
        places[member] = place
        setsOf[member]!.push(number)
      }
      return places
    })
    for (const [number, heap] of this.#heaps.entries()) {
      for (let place = heap.length >> 1; place >= 0; place--) this.#settle(number, place)
    }
  }

  /** The member of a set that should get the next partition; -1 where the set is empty. */
  least(set: number): number {
    return this.#heaps[set]![0] ?? -1
  }

  /** What a member would have per weight with one partition more or less than `change` says. */
  claim(member: number, change = 1): number {
    return (2 * this.counts[member]! + change) / this.#weights[member]!
  }

  add(member: number, change: 1 | -1): void {
    this.counts[member]! += change
    for (const set of this.#setsOf[member]!) this.#settle(set, this.#places[set]![member]!)
  }

  #before(a: number, b: number): boolean {
    const left = this.claim(a)
    const right = this.claim(b)
    return left === right ? a < b : left < right
  }

  #settle(set: number, start: number): void {
    const heap = this.#heaps[set]!
    let place = start
    while (place > 0 && this.#before(heap[place]!, heap[(place - 1) >>> 1]!)) {
      this.#swap(set, place, (place - 1) >>> 1)
      place = (place - 1) >>> 1
    }
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) return
      if (child + 1 < heap.length && this.#before(heap[child + 1]!, heap[child]!)) child++
      if (!this.#before(heap[child]!, heap[place]!)) return
      this.#swap(set, place, child)
      place = child
    }
  }

  #swap(set: number, a: number, b: number): void {
    const heap = this.#heaps[set]!
    const places = this.#places[set]!
    const member = heap[a]!
    heap[a] = heap[b]!
    heap[b] = member
    places[heap[a]!] = a
    places[member] = b
  }
}
