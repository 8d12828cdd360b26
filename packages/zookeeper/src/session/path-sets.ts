const none: ReadonlySet<never> = new Set()

/** Sets of things by path. */
export class PathSets<T> {
  readonly #sets = new Map<string, Set<T>>()

  /** How many paths have something. */
  get size(): number {
    return this.#sets.size
  }

  paths(): string[] {
    return [...this.#sets.keys()]
  }

  get(path: string): ReadonlySet<T> {
    return this.#sets.get(path) ?? none
  }

  add(path: string, item: T): void {
    const set = this.#sets.get(path)
    if (set) set.add(item)
    else this.#sets.set(path, new Set([item]))
  }

  /** Returns whether the path has nothing any more. */
  delete(path: string, item: T): boolean {
    const set = this.#sets.get(path)
    set?.delete(item)
    if (set && set.size > 0) return false
    this.#sets.delete(path)
    return true
  }

  /** Removes and returns all of a path. */
  take(path: string): ReadonlySet<T> {
    const set = this.get(path)
    this.#sets.delete(path)
    return set
  }
}
