import { checkInteger, checkNumber, MAX_COUNT } from '../check.ts'

/** A key that is among the frequent ones. */
export interface FrequentKey<K> {
  readonly key: K
  /** At most how often it came. */
  readonly count: number
  /** By how much `count` may be too high. */
  readonly error: number
}

/**
 * The most frequent keys of a stream in fixed memory: Space-Saving. A key that makes more than one in `capacity` of the
 * stream is certainly among them; no count is too low, and none is too high by more than that.
 *
 * @example
 * ```ts
 * const keys = new SpaceSaving<string>(1000)
 * for (const { key } of records) keys.add(key)
 * keys.top(10)
 * ```
 * @see A. Metwally, D. Agrawal, A. El Abbadi, Efficient Computation of Frequent and Top-k Elements in Data Streams, 2005
 */
export class SpaceSaving<K> {
  readonly capacity: number
  /** How often keys came in all. */
  total = 0
  readonly #slots = new Map<K, number>()
  readonly #keys: K[] = []
  readonly #counts: Float64Array
  readonly #errors: Float64Array
  /** A heap of slots, the least count first, and where each slot lies in it. */
  readonly #heap: Int32Array
  readonly #places: Int32Array

  constructor(capacity: number) {
    this.capacity = checkInteger('capacity', capacity, 1, 0x100_0000)
    this.#counts = new Float64Array(capacity)
    this.#errors = new Float64Array(capacity)
    this.#heap = new Int32Array(capacity)
    this.#places = new Int32Array(capacity)
  }

  /** How many keys it keeps at the moment. */
  get size(): number {
    return this.#keys.length
  }

  /** Counts a key. Gives the slot that has it now, see {@link SpaceSaving.certainCount}. */
  add(key: K, count = 1): number {
    if (!(count > 0)) checkNumber('count', count, 0, true)
    this.total += count
    const slot = this.#slots.get(key) ?? this.#slotFor(key)
    this.#counts[slot]! += count
    this.#sink(this.#places[slot]!)
    return slot
  }

  /** At least how often the key in a slot came. */
  certainCount(slot: number): number {
    return this.#counts[slot]! - this.#errors[slot]!
  }

  /** What is known of a key; `undefined` where it is not among the frequent ones. */
  get(key: K): FrequentKey<K> | undefined {
    const slot = this.#slots.get(key)
    return slot === undefined ? undefined : this.#entry(slot)
  }

  /** The most frequent keys, the first one first. */
  top(count: number = this.capacity): FrequentKey<K>[] {
    checkInteger('count', count, 0, MAX_COUNT)
    const entries = this.#keys.map((_, slot) => this.#entry(slot))
    return entries.sort((a, b) => b.count - a.count || a.error - b.error).slice(0, count)
  }

  /** Adds what another one has counted, as if this one had seen both streams; the errors add up. */
  merge(other: SpaceSaving<K>): SpaceSaving<K> {
    const merged = new SpaceSaving<K>(Math.max(this.capacity, other.capacity))
    const keys = new Set([...this.#keys, ...other.#keys])
    const entries = Array.from(keys, (key) => {
      const [mine, theirs] = [this.#known(key), other.#known(key)]
      return { key, count: mine.count + theirs.count, error: mine.error + theirs.error }
    })
    entries.sort((a, b) => b.count - a.count)
    for (const { key, count, error } of entries.slice(0, merged.capacity)) {
      merged.#errors[merged.add(key, count)] = error
    }
    merged.total = this.total + other.total
    return merged
  }

  /** What is known of any key: one that is not kept came at most as often as the least of the others. */
  #known(key: K): { readonly count: number; readonly error: number } {
    const least = this.#least()
    return this.get(key) ?? { count: least, error: least }
  }

  /** At most how often a key came that is not kept. */
  #least(): number {
    return this.size < this.capacity ? 0 : this.#counts[this.#heap[0]!]!
  }

  #entry(slot: number): FrequentKey<K> {
    return { key: this.#keys[slot]!, count: this.#counts[slot]!, error: this.#errors[slot]! }
  }

  /** A new slot, or that of the least frequent key, whose count the new one takes over as its error. */
  #slotFor(key: K): number {
    let slot = this.size
    if (slot < this.capacity) {
      this.#keys.push(key)
      this.#heap[slot] = slot
      this.#places[slot] = slot
      this.#rise(slot)
    } else {
      slot = this.#heap[0]!
      this.#slots.delete(this.#keys[slot]!)
      this.#keys[slot] = key
      this.#errors[slot] = this.#counts[slot]!
    }
    this.#slots.set(key, slot)
    return slot
  }

  #rise(place: number): void {
    while (place > 0) {
      const above = (place - 1) >>> 1
      if (this.#countAt(above) <= this.#countAt(place)) return
      this.#swap(above, place)
      place = above
    }
  }

  #sink(place: number): void {
    for (;;) {
      let least = 2 * place + 1
      if (least >= this.size) return
      if (least + 1 < this.size && this.#countAt(least + 1) < this.#countAt(least)) least++
      if (this.#countAt(place) <= this.#countAt(least)) return
      this.#swap(place, least)
      place = least
    }
  }

  #countAt(place: number): number {
    return this.#counts[this.#heap[place]!]!
  }

  #swap(a: number, b: number): void {
    const slot = this.#heap[a]!
    this.#heap[a] = this.#heap[b]!
    this.#heap[b] = slot
    this.#places[this.#heap[a]!] = a
    this.#places[slot] = b
  }
}
