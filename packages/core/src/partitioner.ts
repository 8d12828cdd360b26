import type { Key } from './key.ts'

/**
 * Says which of a fixed number of partitions a key belongs to.
 *
 * Two partitioners that are equal place every key alike, so data that one has partitioned need not move for the other.
 *
 * @typeParam K - the keys that it takes
 */
export interface Partitioner<K = Key> {
  /** How many partitions there are, at least 1. */
  readonly numPartitions: number
  /** The partition of a key, from 0 up to but not including `numPartitions`. */
  partition: (key: K) => number
  /** Whether the other one places every key alike. */
  equals: (other: Partitioner<never>) => boolean
  /** Everything that decides where keys go, as a plain value that can be stored. */
  toJSON: () => unknown
}

/** Who owns which partition. */
export interface Assignment {
  /** The ids of the members. */
  readonly members: readonly string[]
  /** For each partition the index of its owner in `members`; -1 where it has none. */
  readonly owners: Int32Array
}

/** One partition that gets another owner. */
export interface AssignmentMove {
  readonly partition: number
  /** The owner before; absent where it had none, or the owner has left. */
  readonly from: string | undefined
  /** The owner afterwards; absent where it has none. */
  readonly to: string | undefined
}

/**
 * Shares partitions out among members, with regard to who had them before.
 *
 * @typeParam Member - what it wants to know of a member
 * @typeParam Partitions - how it is told which partitions there are
 * @typeParam Options - what else it is asked for
 */
export interface Assignor<Member, Partitions, Options> {
  readonly kind: string
  assign: (
    previous: Assignment | undefined,
    members: readonly Member[],
    partitions: Partitions,
    options?: Options,
  ) => { readonly assignment: Assignment; readonly moves: Iterable<AssignmentMove> }
}
