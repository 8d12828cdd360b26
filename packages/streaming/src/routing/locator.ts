import type { HashRing } from '@ringkeeper/hashing'

/** Says where keys go, by their positions on the ring. */
export interface Locator {
  locate: (position: number) => number
  /** The same for the first `length` positions, into `places`. */
  locateAll: (positions: Uint32Array, length: number, places: Int32Array) => void
}

/** One after the other: the way in the middle of a ring change. */
function locateEach(locator: Locator, positions: Uint32Array, length: number, places: Int32Array): void {
  for (let index = 0; index < length; index += 1) places[index] = locator.locate(positions[index] as number)
}

/** The target of a key, as a number of the route's list, by one ring. */
export class RingLocator implements Locator {
  readonly ring: HashRing
  readonly #targets: Uint16Array

  /** @param targets - the number of the target of each of the ring's nodes. */
  constructor(ring: HashRing, targets: readonly number[]) {
    this.ring = ring
    this.#targets = Uint16Array.from(targets)
  }

  locate(position: number): number {
    return this.#targets[this.ring.indexOfHash(position)] as number
  }

  locateAll(positions: Uint32Array, length: number, places: Int32Array): void {
    this.ring.indicesOfHashes(positions, length, places)
    const targets = this.#targets
    for (let index = 0; index < length; index += 1) places[index] = targets[places[index] as number] as number
  }
}

/** Where keys are in the middle of a ring change: some targets' keys have moved on, others' not yet. */
export class SplitLocator implements Locator {
  readonly #before: Locator
  readonly #after: Locator
  readonly #waiting: ReadonlySet<number>

  /** @param waiting - the targets whose keys are still where `before` says. */
  constructor(before: Locator, after: Locator, waiting: ReadonlySet<number>) {
    this.#before = before
    this.#after = after
    this.#waiting = waiting
  }

  locate(position: number): number {
    const before = this.#before.locate(position)
    return this.#waiting.has(before) ? before : this.#after.locate(position)
  }

  locateAll(positions: Uint32Array, length: number, places: Int32Array): void {
    locateEach(this, positions, length, places)
  }
}

/** The bucket of a key in the middle of a ring change: its target, or the waiting room of the target that it leaves. */
export class FlipLocator implements Locator {
  readonly #before: Locator
  readonly #after: Locator
  readonly #waiting: ReadonlySet<number>
  readonly #firstRoom: number

  /** @param firstRoom - the bucket for keys that wait to leave target 0; those of the other targets follow. */
  constructor(before: Locator, after: Locator, waiting: ReadonlySet<number>, firstRoom: number) {
    this.#before = before
    this.#after = after
    this.#waiting = waiting
    this.#firstRoom = firstRoom
  }

  locate(position: number): number {
    const before = this.#before.locate(position)
    const after = this.#after.locate(position)
    return before !== after && this.#waiting.has(before) ? this.#firstRoom + before : after
  }

  locateAll(positions: Uint32Array, length: number, places: Int32Array): void {
    locateEach(this, positions, length, places)
  }
}
