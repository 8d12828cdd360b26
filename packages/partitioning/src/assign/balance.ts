import type { Member } from './members.ts'
import { countOwners } from './partition-assignment.ts'

/** How evenly partitions are shared out. */
export interface AssignmentBalance {
  /** The fewest and the most partitions that a member owns. */
  readonly least: number
  readonly most: number
  /** The largest load over the mean load, where load is partitions over weight; 1 is even. */
  readonly maxOverMean: number
  /** Partitions without an owner. */
  readonly unowned: number
}

export function balanceOf(owners: Int32Array, members: readonly Member[]): AssignmentBalance {
  const counts = countOwners(owners, members.length)
  let owned = 0
  let weights = 0
  let least = members.length === 0 ? 0 : Infinity
  let most = 0
  let highest = 0
  for (const [member, { weight }] of members.entries()) {
    const count = counts[member]!
    owned += count
    weights += weight
    least = Math.min(least, count)
    most = Math.max(most, count)
    if (weight > 0) highest = Math.max(highest, count / weight)
  }
  const maxOverMean = owned === 0 ? 1 : highest / (owned / weights)
  return { least, most, maxOverMean, unowned: owners.length - owned }
}
