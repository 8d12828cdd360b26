import type { Clock, Timers } from '../src/index.ts'

/** A clock that moves only when told: core's own tests do without the testing package, which builds on core. */
export class ManualClock implements Clock, Timers {
  #now = 0
  #slept = 0
  #isStalled = false
  #timers: { at: number; fire: () => void }[] = []

  monotonic = (): number => this.#now
  wall = (): number => 1_000_000 + this.#now + this.#slept

  set = (delay: number, fire: () => void): (() => void) => {
    const timer = { at: this.#now + delay, fire }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** The wall clock moves alone, as in a machine that slept. */
  sleepMachine(ms: number): void {
    this.#slept += ms
  }

  /** No timer fires until {@link resume}, as in an event loop that hangs. */
  stall(): void {
    this.#isStalled = true
  }

  resume(): void {
    this.#isStalled = false
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let timer = this.#take(end); timer; timer = this.#take(end)) {
      this.#now = Math.max(this.#now, timer.at)
      timer.fire()
      await settle()
    }
    this.#now = end
  }

  #take(end: number): { at: number; fire: () => void } | undefined {
    if (this.#isStalled) return undefined
    const [first] = this.#timers.toSorted((a, b) => a.at - b.at)
    if (!first || first.at > end) return undefined
    this.#timers = this.#timers.filter((other) => other !== first)
    return first
  }
}

/** Lets all promise continuations run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
