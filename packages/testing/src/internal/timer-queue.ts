/** A timer; `fire` is dropped when it is cancelled. */
export interface Timer<Owner> {
  at: number
  /** Breaks ties: timers of one moment fire in the order in which they were set. */
  readonly order: number
  readonly owner: Owner
  fire: (() => void) | undefined
}

/** Timers by due time: a binary heap. Cancelled ones stay until their turn. */
export class TimerQueue<Owner> {
  #heap: Timer<Owner>[] = []
  #order = 0

  /** The timer that is due first. */
  get next(): Timer<Owner> | undefined {
    while (this.#heap.length > 0 && this.#heap[0]?.fire === undefined) this.take()
    return this.#heap[0]
  }

  add(at: number, owner: Owner, fire: () => void): Timer<Owner> {
    const timer: Timer<Owner> = { at, order: this.#order++, owner, fire }
    this.put(timer)
    return timer
  }

  /** Puts a timer that was taken back in. */
  put(timer: Timer<Owner>): void {
    const heap = this.#heap
    let at = heap.push(timer) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(timer, heap[parent] as Timer<Owner>)) break
      heap[at] = heap[parent] as Timer<Owner>
      at = parent
    }
    heap[at] = timer
  }

  /** Removes the first timer, cancelled or not. */
  take(): Timer<Owner> | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (heap.length === 0 || last === undefined) return first
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Timer<Owner>, heap[child] as Timer<Owner>)) child += 1
      if (!isBefore(heap[child] as Timer<Owner>, last)) break
      heap[at] = heap[child] as Timer<Owner>
      at = child
    }
    heap[at] = last
    return first
  }

  /** Moves all timers of an owner by `delay` milliseconds. */
  postpone(owner: Owner, delay: number): void {
    const timers = this.#heap
    this.#heap = []
    for (const timer of timers) {
      if (timer.owner === owner) timer.at += delay
      this.put(timer)
    }
  }
}

function isBefore(a: Timer<unknown>, b: Timer<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
