import type { AssignmentMove } from '@ringkeeper/core'
import type { Before } from './before.ts'

/** The partitions that get another owner, in columns; iterating gives them one by one. */
export class AssignmentMoves implements Iterable<AssignmentMove> {
  /** The indices of the partitions, ascending. */
  readonly partitions: Int32Array
  /** How many of them go from one member that is still there to another: data that really moves. */
  readonly transfers: number
  readonly #before: Before
  readonly #owners: Int32Array
  readonly #members: readonly string[]

  constructor(before: Before, owners: Int32Array, members: readonly string[]) {
    const { raw, numbers } = before
    let count = 0
    let transfers = 0
    const changed = new Int32Array(owners.length)
    for (let i = 0; i < owners.length; i++) {
      const then = raw[i]!
      const live = then < 0 ? -1 : numbers[then]!
      if (live === owners[i]! && (live >= 0 || then < 0)) continue
      changed[count++] = i
      if (live >= 0) transfers++
    }
    this.partitions = changed.slice(0, count)
    this.transfers = transfers
    this.#before = before
    this.#owners = owners
    this.#members = members
  }

  get length(): number {
    return this.partitions.length
  }

  *[Symbol.iterator](): Generator<AssignmentMove> {
    const { raw, members } = this.#before
    for (const partition of this.partitions) {
      yield { partition, from: members[raw[partition]!], to: this.#members[this.#owners[partition]!] }
    }
  }
}
