/** Where a {@link Channel} gets its turns from. */
export interface Turns {
  readonly now: () => number
  /** As soon as possible, but not now. */
  readonly soon: (run: () => void) => void
  /** Within the same turn, but after all promise continuations that are due now. */
  readonly next: (run: () => void) => void
  readonly later: (delay: number, run: () => void) => void
}

interface Parcel {
  readonly at: number
  readonly deliver: () => void
}

/** One direction of a connection: delivers in order, each parcel after the delay that held when it was sent. */
export class Channel {
  readonly #turns: Turns
  readonly #delay: () => number
  #queue: Parcel[] = []
  #isScheduled = false

  constructor(turns: Turns, delay: () => number) {
    this.#turns = turns
    this.#delay = delay
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#delay() === 0
  }

  push(deliver: () => void): void {
    const delay = this.#delay()
    this.#queue.push({ at: delay === 0 ? -Infinity : this.#turns.now() + delay, deliver })
    this.#schedule()
  }

  /** Drops what is under way. */
  clear(): void {
    this.#queue = []
  }

  #schedule(): void {
    const first = this.#queue[0]
    if (!first || this.#isScheduled) return
    this.#isScheduled = true
    const run = (): void => {
      this.#isScheduled = false
      this.#deliverDue()
    }
    const delay = first.at === -Infinity ? 0 : first.at - this.#turns.now()
    if (delay <= 0) this.#turns.soon(run)
    else this.#turns.later(delay, run)
  }

  /** One at a time, so that whoever awaits a reply goes on before the next event or reply comes. */
  #deliverDue(): void {
    const first = this.#queue[0]
    if (!first || first.at > this.#turns.now()) return this.#schedule()
    this.#queue.shift()
    first.deliver()
    if (this.#queue.length === 0 || this.#isScheduled) return
    this.#isScheduled = true
    this.#turns.next(() => {
      this.#isScheduled = false
      this.#deliverDue()
    })
  }
}
