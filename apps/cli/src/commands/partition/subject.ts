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
  /** How many partitions it has where nobody says another number. */
  readonly partitions: number
  /** @param keys - the traffic, for partitioners that are made of a sample of it */
  readonly make: (numPartitions: number, keys: readonly string[]) => BatchPartitioner<string>
  /** Whether a key has one place, and another number of partitions can be tried: then it can be said to move. */
  readonly isFixed: boolean
}

const PARTITIONS = 64

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
    partitions: PARTITIONS,
    isFixed: !drawing.has(kind),
    make: (numPartitions, keys) => createPartitioner<string>(descriptionOf(kind, numPartitions, keys)),
  }
}

/** A description of the user's, whose number of partitions is varied where it can be. */
export function subjectOf(description: PartitionerDescription): Subject {
  return {
    name: description.kind,
    partitions: sizeOf(description),
    isFixed: !draws(description) && isResizable(description),
    make: (numPartitions) => createPartitioner<string>(resize(description, numPartitions)),
  }
}

function descriptionOf(kind: PartitionerKind, numPartitions: number, keys: readonly string[]): PartitionerDescription {
  if (kind === 'range') return { kind, bounds: rangeBounds([keys], numPartitions) }
  if (kind === 'weighted') return { kind, weights: Array.from({ length: numPartitions }, () => 1) }
  return { kind, numPartitions } as PartitionerDescription
}

/** A part of a description that a user wrote, and may have forgotten: createPartitioner says so. */
type Part = PartitionerDescription | undefined

/** What of a description has the number of partitions: of a composite the first one, the groups. */
function sizedPart(part: Part): Part {
  if (part?.kind === 'prefix') return sizedPart(part.inner)
  return part?.kind === 'composite' ? sizedPart(part.first) : part
}

function sizeOf(description: PartitionerDescription): number {
  const { numPartitions } = (sizedPart(description) ?? {}) as { readonly numPartitions?: unknown }
  return typeof numPartitions === 'number' ? numPartitions : PARTITIONS
}

/** Whether keys go anywhere by chance or in turn: by a part of a composite, too. */
function draws(part: Part): boolean {
  if (part?.kind === 'prefix') return draws(part.inner)
  if (part?.kind === 'composite') return draws(part.first) || draws(part.then)
  if (part?.kind === 'directory') return typeof part.default === 'object' && draws(part.default)
  return part !== undefined && drawing.has(part.kind)
}

/** Bounds and weights are those of one number of partitions. */
function isResizable(description: PartitionerDescription): boolean {
  const part = sizedPart(description)
  return part !== undefined && part.kind !== 'range' && part.kind !== 'weighted' && !('weights' in part)
}

function resize<P extends Part>(part: P, numPartitions: number): P
function resize(part: Part, numPartitions: number): Part {
  if (part === undefined) return part
  switch (part.kind) {
    case 'prefix':
      return { ...withoutSize(part), inner: resize(part.inner, numPartitions) }
    case 'composite':
      return { ...withoutSize(part), first: resize(part.first, numPartitions) }
    case 'directory':
      if (typeof part.default !== 'object') return { ...part, numPartitions }
      return { ...part, numPartitions, default: resize(part.default, numPartitions) }
    case 'range':
    case 'weighted':
      return part
    default:
      return { ...part, numPartitions }
  }
}

/** What was stored says how many partitions there were, which another size would contradict. */
function withoutSize<P extends object>(part: P): P {
  const { numPartitions: _, ...rest } = part as P & { readonly numPartitions?: unknown }
  return rest as unknown as P
}
