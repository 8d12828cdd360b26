import { checkCount, checkIterable, checkParts } from '../check.ts'
import type { Partitions } from './partitions.ts'

/**
 * Splits items into `numPartitions` runs of about the same length, where Spark's `parallelize` splits them.
 *
 * @example
 * ```ts
 * parallelize([1, 2, 3, 4, 5], 2) // [[1, 2], [3, 4, 5]]
 * ```
 */
export function parallelize<T>(items: Iterable<T>, numPartitions: number): T[][] {
  checkIterable('items', items, 'an array or another iterable')
  const all = Array.isArray(items) ? (items as readonly T[]) : [...items]
  return runs(all.length, checkCount(numPartitions)).map(([start, end]) => all.slice(start, end))
}

/** The partitions as arrays. */
export function glom<T>(parts: Partitions<T>): T[][] {
  checkParts('parts', parts)
  return Array.from(parts, (part) => [...part])
}

/**
 * What a function makes of each partition. Keys that it changes are no longer where a partitioner would put them.
 *
 * @param each - gets the items of a partition and the partition's number
 */
export function mapPartitions<T, U>(
  parts: Partitions<T>,
  each: (items: Iterable<T>, partition: number) => Iterable<U>,
): U[][] {
  checkParts('parts', parts)
  return parts.map((part, partition) => [...each(part, partition)])
}

/**
 * Fewer partitions without a shuffle: each is some neighbouring ones after one another, as Spark's `coalesce` without
 * locality. There are never more than before; see `repartition`.
 */
export function coalesce<T>(parts: Partitions<T>, numPartitions: number): T[][] {
  checkParts('parts', parts)
  const count = Math.min(checkCount(numPartitions), parts.length)
  return runs(parts.length, count).map(([start, end]) => parts.slice(start, end).flatMap((part) => [...part]))
}

function runs(length: number, count: number): [start: number, end: number][] {
  const at = (i: number): number => Math.floor((i * length) / count)
  return Array.from({ length: count }, (_, i) => [at(i), at(i + 1)])
}
