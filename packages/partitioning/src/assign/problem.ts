import { partitioningErrors } from '../errors.ts'
import type { Member } from './members.ts'
import type { PartitionSet } from './partition-set.ts'

/** What a solver for members of different rights is asked. */
export interface Problem {
  /** The owner of each partition now, or -1. */
  readonly live: Int32Array
  readonly weights: Float64Array
  /** For each partition the number of its set of members. */
  readonly setOf: Int32Array
  /** For each set the members that may own its partitions, ascending. */
  readonly sets: readonly Int32Array[]
  /** What it costs besides a move that a member has a partition; 0 for most. */
  readonly mismatch: ((partition: number, member: number) => number) | undefined
}

/** Finds for each partition who may own it: whoever takes its topic and has a weight. */
export function problemOf(
  members: readonly Member[],
  partitions: PartitionSet,
  live: Int32Array = new Int32Array(partitions.size).fill(-1),
): Problem {
  const known = new Set(partitions.topics.map(({ topic }) => topic))
  const takes = members.map(({ id, topics }) => {
    for (const topic of topics ?? []) {
      if (known.has(topic)) continue
      const expected = 'topics that are among the partitions'
      throw partitioningErrors.BAD_OPTION({ option: `topics of ${id}`, value: topic, expected })
    }
    return topics === undefined ? undefined : new Set(topics)
  })
  const numbers = new Map<string, number>()
  const sets: Int32Array[] = []
  const setOf = new Int32Array(partitions.size)
  for (const [i, { topic }] of partitions.topics.entries()) {
    const set: number[] = []
    for (const [member, topics] of takes.entries()) {
      if (members[member]!.weight > 0 && (topics === undefined || topics.has(topic))) set.push(member)
    }
    const name = set.join()
    let number = numbers.get(name)
    if (number === undefined) {
      number = sets.push(Int32Array.from(set)) - 1
      numbers.set(name, number)
    }
    setOf.fill(number, partitions.starts[i], partitions.starts[i + 1])
  }
  const weights = Float64Array.from(members, ({ weight }) => weight)
  return { live, weights, setOf, sets, mismatch: undefined }
}
