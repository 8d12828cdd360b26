import type { Clock } from '@ringkeeper/core'

/** Milliseconds between two warnings about the same trouble. */
const PAUSE = 10_000

/** Says when it is time to warn of trouble that lasts: at its first moment, and then from time to time. */
export class Seldom {
  readonly #clock: Pick<Clock, 'monotonic'>
  #next = -Infinity

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** Whether the trouble of this moment is to be told. */
  isTime(): boolean {
    const now = this.#clock.monotonic()
    if (now < this.#next) return false
    this.#next = now + PAUSE
    return true
  }
}
