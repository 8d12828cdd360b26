import type { Assignment } from '@ringkeeper/core'
import { partitioningErrors } from '../errors.ts'
import type { Member } from './members.ts'
import { PartitionAssignment } from './partition-assignment.ts'
import type { PartitionSet } from './partition-set.ts'

/** The previous assignment in the terms of now. */
export interface Before {
  /** For each partition of now the index of its owner in `members`, or -1; absent where there was no assignment. */
  readonly raw: Int32Array | undefined
  /** The members of then. */
  readonly members: readonly string[]
  /** The index among the members of now of each member of then; -1 for those who have left. */
  readonly numbers: Int32Array
}

/** Takes over what the previous assignment says of partitions that still exist. */
export function alignBefore(
  previous: Assignment | undefined,
  members: readonly Member[],
  partitions: PartitionSet,
): Before {
  if (previous === undefined) return { raw: undefined, members: [], numbers: new Int32Array(0) }
  const index = new Map(members.map(({ id }, i) => [id, i]))
  const raw = alignedOwners(previous, partitions)
  const numbers = Int32Array.from(previous.members, (id) => index.get(id) ?? -1)
  return { raw, members: previous.members, numbers }
}

/** The previous owners by number of now: -1 where there was none, or it has left; absent where there was no assignment. */
export function liveOwners({ raw, numbers }: Before): Int32Array | undefined {
  if (raw === undefined) return undefined
  const live = new Int32Array(raw.length)
  for (let i = 0; i < raw.length; i++) {
    const owner = raw[i]!
    live[i] = owner < 0 ? -1 : numbers[owner]!
  }
  return live
}

function alignedOwners(previous: Assignment, partitions: PartitionSet): Int32Array {
  // Null too: whoever found nothing where the assignment was stored has to say that there is none.
  const owners = (previous as Assignment | null)?.owners
  if (!(owners instanceof Int32Array) || !Array.isArray(previous.members)) {
    throw partitioningErrors.BAD_PREVIOUS({ reason: 'it has no members, or no Int32Array of owners' })
  }
  for (let i = 0; i < owners.length; i++) {
    if (owners[i]! >= -1 && owners[i]! < previous.members.length) continue
    throw partitioningErrors.BAD_PREVIOUS({ reason: `partition ${i} has owner ${owners[i]}, which is no member` })
  }
  if (!(previous instanceof PartitionAssignment)) {
    if (owners.length === partitions.size) return owners
    // Without topics, or with one, partitions that have come or gone are those at the end.
    if (partitions.topics.length === 1) return resized(owners, partitions.size)
    throw partitioningErrors.BAD_PREVIOUS({
      reason: `it has ${owners.length} partitions, now there are ${partitions.size}, and it does not say which are the same`,
    })
  }
  if (previous.partitions.sameAs(partitions)) return owners
  const aligned = new Int32Array(partitions.size).fill(-1)
  for (const [topic, { topic: name, partitions: count }] of partitions.topics.entries()) {
    const then = previous.partitions.topicNumber(name)
    if (then < 0) continue
    const start = previous.partitions.starts[then]!
    const kept = Math.min(count, previous.partitions.topics[then]!.partitions)
    aligned.set(owners.subarray(start, start + kept), partitions.starts[topic])
  }
  return aligned
}

function resized(owners: Int32Array, size: number): Int32Array {
  const aligned = new Int32Array(size).fill(-1)
  aligned.set(owners.subarray(0, size))
  return aligned
}
