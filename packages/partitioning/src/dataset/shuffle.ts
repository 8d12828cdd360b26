import type { Partitioner } from '@ringkeeper/core'
import { checkCount, checkParts } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { portableHash } from '../hash/portable-hash.ts'
import type { PartitionKey } from '../partitioner/key.ts'
import { naturalOrder, type Compare } from '../range/compare.ts'
import { XorShiftRandom } from '../range/xor-shift.ts'
import type { Pair, Partitions } from './partitions.ts'

/**
 * Brings records of one key together: each goes to the partition that the partitioner says, in the order in which they
 * come. In PySpark's form, with a number and a function, which is `portableHash` by default.
 *
 * @throws RK_PARTITIONING_BAD_PARTITION where the function gives no whole number, or the partitioner a partition that there is not
 * @example
 * ```ts
 * partitionBy([[['a', 1], ['b', 2]]], createPartitioner({ kind: 'kafka', numPartitions: 4 }))
 * partitionBy([[[1, 'x'], [2, 'y']]], 4, (key) => key)
 * ```
 */
export function partitionBy<K, V>(parts: Partitions<Pair<K, V>>, partitioner: Partitioner<K>): Pair<K, V>[][]
export function partitionBy<K, V>(
  parts: Partitions<Pair<K, V>>,
  numPartitions: number,
  partitionFunction?: (key: K) => number | bigint,
): Pair<K, V>[][]
export function partitionBy<K, V>(
  parts: Partitions<Pair<K, V>>,
  by: Partitioner<K> | number,
  partitionFunction: (key: K) => number | bigint = (key) => portableHash(key as PartitionKey),
): Pair<K, V>[][] {
  checkParts('parts', parts)
  const isPartitioner = typeof by === 'object' && by !== null
  const numPartitions = isPartitioner ? by.numPartitions : checkCount(by)
  const place = isPartitioner ? (key: K) => by.partition(key) : placeBy(numPartitions, partitionFunction)
  const out = empty<Pair<K, V>>(numPartitions)
  for (const part of parts) {
    for (const pair of part) {
      const partition = place(pair[0])
      const to = out[partition]
      if (to === undefined) throw partitioningErrors.BAD_PARTITION({ kind: 'custom', partition, numPartitions })
      to.push(pair)
    }
  }
  return out
}

/** What a function says modulo the number of partitions, as Python takes it: never below 0. */
function placeBy<K>(numPartitions: number, partitionFunction: (key: K) => number | bigint): (key: K) => number {
  return (key) => {
    const partition = partitionFunction(key)
    if (typeof partition !== 'bigint' && !Number.isSafeInteger(partition)) {
      throw partitioningErrors.BAD_PARTITION({ kind: 'custom', partition, numPartitions })
    }
    const rest = Number(BigInt(partition) % BigInt(numPartitions))
    return rest < 0 ? rest + numPartitions : rest
  }
}

/** How {@link repartitionAndSortWithinPartitions} sorts. */
export interface SortOptions<K> {
  /** The natural order by default. */
  readonly compare?: Compare<K> | undefined
  /** True by default. */
  readonly ascending?: boolean | undefined
}

/** {@link partitionBy}, each partition sorted by key; records of one key keep their order. */
export function repartitionAndSortWithinPartitions<K, V>(
  parts: Partitions<Pair<K, V>>,
  partitioner: Partitioner<K>,
  { compare = naturalOrder, ascending = true }: SortOptions<K> = {},
): Pair<K, V>[][] {
  const order: Compare<Pair<K, V>> = ascending ? ([a], [b]) => compare(a, b) : ([a], [b]) => compare(b, a)
  return partitionBy(parts, partitioner).map((part) => part.sort(order))
}

/**
 * More or fewer partitions of the same size, whatever was in them: each input is dealt out in turn, from a place that
 * depends on its number, exactly as Spark deals.
 */
export function repartition<T>(parts: Partitions<T>, numPartitions: number): T[][] {
  checkParts('parts', parts)
  const out = empty<T>(checkCount(numPartitions))
  for (const [index, part] of parts.entries()) {
    let place = new XorShiftRandom(index).nextInteger(numPartitions)
    for (const item of part) {
      place = (place + 1) % numPartitions
      out[place]!.push(item)
    }
  }
  return out
}

function empty<T>(count: number): T[][] {
  return Array.from({ length: count }, () => [])
}
