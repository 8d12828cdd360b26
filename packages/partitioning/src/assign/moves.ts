import type { AssignmentMove } from '@ringkeeper/core'
import type { Before } from './before.ts'

/** What changes, in columns. */
interface Columns {
  readonly partitions: Int32Array
  readonly transfers: number
}

/** The partitions that get another owner, in columns; iterating gives them one by one. Made when first asked for. */
export class AssignmentMoves implements Iterable<AssignmentMove> {
  readonly #before: Before
  readonly #owners: Int32Array
  readonly #members: readonly string[]
  #made: Columns | undefined

  constructor(before: Before, owners: Int32Array, members: readonly string[]) {
    this.#before = before
    this.#owners = owners
    this.#members = members
  }

  /** The indices of the partitions, ascending. */
  get partitions(): Int32Array {
    return this.#columns.partitions
  }

  /** How many of them go from one member that is still there to another: data that really moves. */
  get transfers(): number {
    return this.#columns.transfers
  }

  get length(): number {
    return this.#columns.partitions.length
  }

  *[Symbol.iterator](): Generator<AssignmentMove> {
    const { raw, members } = this.#before
    for (const partition of this.partitions) {
      const from = raw === undefined ? undefined : members[raw[partition]!]
      yield { partition, from, to: this.#members[this.#owners[partition]!] }
    }
  }

  get #columns(): Columns {
    return (this.#made ??= columnsOf(this.#before, this.#owners))
  }
}

function columnsOf({ raw, numbers }: Before, owners: Int32Array): Columns {
  let count = 0
  let transfers = 0
  const changed = new Int32Array(owners.length)
  for (let i = 0; i < owners.length; i++) {
    const then = raw === undefined ? -1 : raw[i]!
    const live = then < 0 ? -1 : numbers[then]!
    if (live === owners[i]! && (live >= 0 || then < 0)) continue
    changed[count++] = i
    if (live >= 0) transfers++
  }
  return { partitions: changed.slice(0, count), transfers }
}
