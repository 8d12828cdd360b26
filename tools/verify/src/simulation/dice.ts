import type { Random } from '@ringkeeper/core'
import { seededRandom } from '@ringkeeper/testing'

/** Chance from a seed: the same seed plays the same game. */
export class Dice {
  readonly #random: Random

  constructor(seed: string) {
    this.#random = seededRandom(seed)
  }

  /** A number from 0 up to but not including 1. */
  next(): number {
    return this.#random.next()
  }

  /** Whether something of this probability happens. */
  chance(probability: number): boolean {
    return this.#random.next() < probability
  }

  /** An integer from `from` up to but not including `to`. */
  between(from: number, to: number): number {
    return from + Math.floor(this.#random.next() * (to - from))
  }

  /** One of the items; there must be one. */
  pick<T>(items: readonly T[]): T {
    return items[this.between(0, items.length)]!
  }
}
