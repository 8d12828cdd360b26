import { isTaker, type Member } from './members.ts'
import type { PartitionSet } from './partition-set.ts'

/** What a solver for members of different rights is asked. */
export interface Problem {
  /** The owner of each partition now, or -1. */
  readonly live: Int32Array
  /** In the proportions that were given; 1 for all that are not 0 where these are equal. */
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
  const numbers = new Map<string, number>()
  const sets: Int32Array[] = []
  const setOf = new Int32Array(partitions.size)
  for (const [i, { topic }] of partitions.topics.entries()) {
    const set: number[] = []
    for (const [at, member] of members.entries()) if (isTaker(member, topic)) set.push(at)
    const name = set.join()
    let number = numbers.get(name)
    if (number === undefined) {
      number = sets.push(Int32Array.from(set)) - 1
      numbers.set(name, number)
    }
    setOf.fill(number, partitions.starts[i], partitions.starts[i + 1])
  }
  return { live, weights: scaled(members), setOf, sets, mismatch: undefined }
}

/** Costs are compared with each other, so the largest weight lies near 1: weights in bytes would make them vanish. */
function scaled(members: readonly Member[]): Float64Array {
  const weights = Float64Array.from(members, ({ weight }) => weight)
  const most = weights.reduce((highest, weight) => Math.max(highest, weight), 0)
  if (weights.every((weight) => weight === 0 || weight === most)) return weights.map((weight) => (weight === 0 ? 0 : 1))
  // By a power of two, which changes no proportion.
  const unit = 2 ** Math.floor(Math.log2(most))
  return weights.map((weight) => weight / unit)
}
