/**
 * Remembers the answers for recently used keys, at most `capacity` of them (or two), in two generations: when the
 * younger one is full it becomes the older one, whose unused entries are dropped. A hit is one look-up, without a list
 * to relink.
 */
export class Memo<V> {
  readonly #half: number
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  constructor(capacity: number) {
    this.#half = Math.max(1, capacity >> 1)
  }

  get(key: string): V | undefined {
    const value = this.#young.get(key)
    if (value !== undefined) return value
    const older = this.#old.get(key)
    if (older !== undefined) this.set(key, older)
    return older
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }
}
