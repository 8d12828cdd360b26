import type { Partitioner } from '@ringkeeper/core'
import { checkCount } from '../check.ts'
import { portableHash } from '../hash/portable-hash.ts'
import type { PartitionKey } from '../partitioner/key.ts'
import { naturalOrder, type Compare } from '../range/compare.ts'
import { XorShiftRandom } from '../range/xor-shift.ts'
import type { Pair, Partitions } from './partitions.ts'

/**
 * Brings records of one key together: each goes to the partition that the partitioner says, in the order in which they
 * come. In PySpark's form, with a number and a function, which is `portableHash` by default.
 *
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
  const numPartitions = typeof by === 'number' ? checkCount(by) : by.numPartitions
  const place =
    typeof by === 'number'
      ? (key: K): number => {
          const rest = Number(BigInt(partitionFunction(key)) % BigInt(by))
          return rest < 0 ? rest + by : rest
        }
      : (key: K): number => by.partition(key)
  const out = empty<Pair<K, V>>(numPartitions)
  for (const part of parts) for (const pair of part) out[place(pair[0])]!.push(pair)
  return out
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
