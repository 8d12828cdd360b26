import { checkNumber, checkOptions } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { naturalOrder, type Compare } from '../range/compare.ts'

/** What decides which ranges are split and merged. */
export interface RepairRangesOptions<K> {
  /** A range of more than this is split into as many as it takes. */
  readonly splitAbove: number
  /** Neighbouring ranges of together at most this are merged; half of `splitAbove` by default. */
  readonly mergeBelow?: number | undefined
  /** Keys of the ranges, to find the places to split at: a sample, in any order. */
  readonly sample?: readonly K[] | undefined
  readonly compare?: Compare<K> | undefined
}

/** One change of {@link repairRanges}, by the numbers of the ranges before. */
export type RangeChange<K> =
  | { readonly change: 'split'; readonly range: number; readonly at: readonly K[] }
  | { readonly change: 'merge'; readonly first: number; readonly last: number }

/** What {@link repairRanges} gives. */
export interface RepairedRanges<K> {
  /** The bounds afterwards, for a `range` partitioner. */
  readonly bounds: readonly K[]
  readonly changes: readonly RangeChange<K>[]
  /** Ranges that are too large but cannot be split: the sample has too few distinct keys of them. */
  readonly unsplit: readonly number[]
}

/**
 * Splits ranges that have grown too large or too busy, and merges neighbours that have grown small. A range that is split
 * is not merged, and the other way round.
 *
 * @param bounds - of the ranges, ascending, as in `RangePartitioner`
 * @param sizes - of each range, one more than there are bounds: bytes, records, or records per second
 * @throws RK_PARTITIONING_UNSORTED_BOUNDS
 */
export function repairRanges<K>(
  bounds: readonly K[],
  sizes: readonly number[],
  options: RepairRangesOptions<K>,
): RepairedRanges<K> {
  checkOptions(options)
  const { splitAbove, mergeBelow = splitAbove / 2, sample = [], compare = naturalOrder } = options
  checkNumber('splitAbove', splitAbove, 0, true)
  checkNumber('mergeBelow', mergeBelow, 0)
  if (mergeBelow > splitAbove) {
    const expected = 'at most splitAbove, or merged ranges would be split again'
    throw partitioningErrors.BAD_OPTION({ option: 'mergeBelow', value: mergeBelow, expected })
  }
  if (sizes.length !== bounds.length + 1) {
    const expected = `${bounds.length + 1} sizes, one more than there are bounds`
    throw partitioningErrors.BAD_OPTION({ option: 'sizes', value: sizes, expected })
  }
  for (const size of sizes) checkNumber('sizes', size, 0)
  for (let i = 1; i < bounds.length; i++) {
    if (compare(bounds[i - 1]!, bounds[i]!) >= 0) {
      throw partitioningErrors.UNSORTED_BOUNDS({ index: i, lower: bounds[i - 1], upper: bounds[i] })
    }
  }
  const keys = sample.toSorted(compare)
  const changes: RangeChange<K>[] = []
  const unsplit: number[] = []
  const next: K[] = []
  for (let range = 0; range < sizes.length; range++) {
    const size = sizes[range]!
    const first = range
    let last = range
    if (size > splitAbove) {
      const inside = keysWithin(keys, bounds[range - 1], bounds[range], compare)
      const at = splitKeys(inside, Math.ceil(size / splitAbove), bounds[range], compare)
      next.push(...at)
      if (at.length > 0) changes.push({ change: 'split', range, at })
      else unsplit.push(range)
    } else {
      for (let together = size; last + 1 < sizes.length; last++) {
        together += sizes[last + 1]!
        if (together > mergeBelow) break
      }
      if (last > first) changes.push({ change: 'merge', first, last })
      range = last
    }
    if (last < bounds.length) next.push(bounds[last]!)
  }
  return { bounds: next, changes, unsplit }
}

function keysWithin<K>(sorted: readonly K[], lower: K | undefined, upper: K | undefined, compare: Compare<K>): K[] {
  const start = lower === undefined ? 0 : countUpTo(sorted, lower, compare)
  return sorted.slice(start, upper === undefined ? sorted.length : countUpTo(sorted, upper, compare))
}

function countUpTo<K>(sorted: readonly K[], bound: K, compare: Compare<K>): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(sorted[middle]!, bound) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

function splitKeys<K>(sorted: readonly K[], parts: number, upper: K | undefined, compare: Compare<K>): K[] {
  const at: K[] = []
  for (let part = 1; part < parts; part++) {
    const key = sorted[Math.floor((part * sorted.length) / parts) - 1]
    if (key === undefined || (at.length > 0 && compare(key, at.at(-1)!) <= 0)) continue
    if (upper === undefined ? compare(key, sorted.at(-1)!) < 0 : compare(key, upper) < 0) at.push(key)
  }
  return at
}
