import { checkCount, checkList, checkNumber, checkOptions, checkSizes } from '../check.ts'
import { partitioningErrors } from '../errors.ts'

/** Some neighbouring partitions: from `start` up to but not including `end`. */
export interface PartitionRun {
  readonly start: number
  readonly end: number
  readonly size: number
}

/** Further limits of {@link coalesceSizes}. */
export interface CoalesceOptions {
  /** A run smaller than this is put to the smaller of its neighbours, 0 by default; Spark takes 1 MB. */
  readonly leastSize?: number | undefined
  /** There should be so many runs at least, 1 by default: it lowers the target. */
  readonly leastPartitions?: number | undefined
}

/**
 * Puts small neighbouring partitions together up to a target size, as Spark's adaptive execution does after a shuffle.
 * Runs that are empty are left out, unless all are.
 *
 * @example
 * ```ts
 * coalesceSizes([10, 20, 30, 100], 64) // [0, 3) of 60 and [3, 4) of 100
 * ```
 * @see org.apache.spark.sql.execution.adaptive.ShufflePartitionsUtil
 */
export function coalesceSizes(sizes: ArrayLike<number>, target: number, options: CoalesceOptions = {}): PartitionRun[] {
  checkSizes('sizes', sizes)
  checkNumber('target', target, 0, true)
  checkOptions(options)
  const leastSize = checkNumber('leastSize', options.leastSize ?? 0, 0)
  const leastPartitions = checkCount(options.leastPartitions ?? 1, 'leastPartitions')
  const total = Array.from(sizes).reduce((sum, size) => sum + size, 0)
  const wanted = Math.max(Math.min(target, Math.ceil(total / leastPartitions)), leastSize)
  const runs: PartitionRun[] = []
  let start = 0
  let size = 0
  let before = 0
  const packWithBefore = (end: number): void => {
    const last = runs.at(-1)!
    runs[runs.length - 1] = { start: last.start, end, size: last.size + size }
    before += size
  }
  for (let i = 0; i < sizes.length; i++) {
    const next = sizes[i]!
    const packsAfter = size < leastSize && !(before > 0 && before < next)
    if (i === start || size + next <= wanted || packsAfter) {
      size += next
      continue
    }
    if (size < leastSize) packWithBefore(i)
    else {
      if (size > 0) runs.push({ start, end: i, size })
      before = size
    }
    start = i
    size = next
  }
  if (size < leastSize && before > 0) packWithBefore(sizes.length)
  else if (size > 0 || (runs.length === 0 && sizes.length > 0)) runs.push({ start, end: sizes.length, size })
  return runs
}

/** Further options of {@link splitSkewed}. */
export interface SplitSkewedOptions {
  /** The size that parts should have at least; Spark's advisory size, 64 MiB by default. */
  readonly advisorySize?: number | undefined
  /** Of what each partition is made, in order, such as the output of each map task: it is split between these. */
  readonly pieces?: readonly (readonly number[])[] | undefined
}

/** A partition that is too large, and into what to split it. */
export interface SkewedPartition {
  readonly partition: number
  readonly size: number
  /**
   * Runs of its pieces, more than one where it can be split at all; without `pieces` just as many runs of equal size,
   * numbered.
   */
  readonly parts: readonly PartitionRun[]
}

/**
 * Finds partitions that are larger than `factor` times the median and than `threshold`, and splits them into parts of the
 * mean size of the others, as Spark's adaptive execution does for joins.
 *
 * @param factor - 5 by default, as in Spark
 * @param threshold - in the unit of the sizes, 256 MiB by default
 */
export function splitSkewed(
  sizes: readonly number[],
  factor = 5,
  threshold: number = 256 * 1024 * 1024,
  { advisorySize = 64 * 1024 * 1024, pieces }: SplitSkewedOptions = {},
): SkewedPartition[] {
  checkNumber('factor', factor, 0, true)
  checkNumber('threshold', threshold, 0)
  checkNumber('advisorySize', advisorySize, 0, true)
  checkList('sizes', sizes, 'a list of numbers')
  checkSizes('sizes', sizes)
  if (pieces !== undefined && pieces.length !== sizes.length) {
    const expected = `${sizes.length} lists, one for each partition`
    throw partitioningErrors.BAD_OPTION({ option: 'pieces', value: pieces, expected })
  }
  const limit = Math.max(threshold, Math.trunc(medianOf(sizes) * factor))
  const others = sizes.filter((size) => size <= limit)
  const mean = others.length === 0 ? 0 : others.reduce((sum, size) => sum + size, 0) / others.length
  const target = Math.max(advisorySize, Math.trunc(mean))
  return sizes.flatMap((size, partition) => {
    if (size <= limit) return []
    const parts = pieces === undefined ? equalParts(size, target) : splitPieces(pieces[partition]!, target)
    return [{ partition, size, parts }]
  })
}

function equalParts(size: number, target: number): PartitionRun[] {
  const count = Math.ceil(size / target)
  return Array.from({ length: count }, (_, start) => ({ start, end: start + 1, size: size / count }))
}

// A part is merged with the one before where both together are not much more than the target, or one is tiny.
const MERGED = 1.2
const TINY = 0.2

/** Spark's `splitSizeListByTargetSize`. */
function splitPieces(sizes: readonly number[], target: number): PartitionRun[] {
  const parts: PartitionRun[] = []
  let start = 0
  let size = 0
  const close = (end: number): void => {
    const last = parts.at(-1)
    const merges =
      last !== undefined && (size + last.size < target * MERGED || Math.min(size, last.size) < target * TINY)
    if (merges) parts[parts.length - 1] = { start: last.start, end, size: last.size + size }
    else parts.push({ start, end, size })
  }
  for (const [i, piece] of sizes.entries()) {
    if (i > 0 && size + piece > target) {
      close(i)
      start = i
      size = 0
    }
    size += piece
  }
  close(sizes.length)
  return parts
}

/** As Spark takes it: of an even number of sizes the mean of the middle two as a whole number, and never below 1. */
function medianOf(sizes: readonly number[]): number {
  const sorted = sizes.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const median =
    sorted.length % 2 === 1 ? sorted[middle]! : Math.trunc(((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2)
  return Math.max(median, 1)
}
