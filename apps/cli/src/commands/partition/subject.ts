import {
  createPartitioner,
  rangeBounds,
  type BatchPartitioner,
  type PartitionerDescription,
  type PartitionerKind,
} from '@ringkeeper/partitioning'

/** What the lab tries: a description for any number of partitions. */
export interface Subject {
  readonly name: string
  /** @param keys - the traffic, for partitioners that are made of a sample of it */
  readonly make: (numPartitions: number, keys: readonly string[]) => BatchPartitioner<string>
  /** Whether a key has one place, so that it can be said to move. */
  readonly isFixed: boolean
}

const drawing: ReadonlySet<string> = new Set([
  'kafka-sticky',
  'kafka-adaptive',
  'round-robin',
  'hot-key',
] satisfies PartitionerKind[])

/** The kinds that need nothing but a number of partitions, or what the lab can give them. */
export function subjectOfKind(kind: PartitionerKind): Subject {
  return {
    name: kind,
    isFixed: !drawing.has(kind),
    make: (numPartitions, keys) => createPartitioner<string>(describe(kind, numPartitions, keys)),
  }
}

/** A description of the user's, whose number of partitions is varied. */
export function subjectOf(description: PartitionerDescription): Subject {
  return {
    name: description.kind,
    isFixed: !drawing.has(description.kind),
    make: (numPartitions) => createPartitioner<string>(resize(description, numPartitions)),
  }
}

function describe(kind: PartitionerKind, numPartitions: number, keys: readonly string[]): PartitionerDescription {
  if (kind === 'range') return { kind, bounds: rangeBounds([keys], numPartitions) }
  if (kind === 'weighted') return { kind, weights: Array.from({ length: numPartitions }, () => 1) }
  return { kind, numPartitions } as PartitionerDescription
}

function resize(description: PartitionerDescription, numPartitions: number): PartitionerDescription {
  switch (description.kind) {
    case 'prefix':
      return { ...description, inner: resize(description.inner, numPartitions) }
    case 'composite':
      return { ...description, first: resize(description.first, numPartitions) }
    case 'range':
    case 'weighted':
      return description
    default:
      return { ...description, numPartitions }
  }
}
