import { checkBoolean, checkCount, checkList } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { textOf } from '../partitioner/key.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'
import { loadKey, storeKey, type StoredKey } from '../partitioner/stored-key.ts'
import { rangeBounds, type RangeBoundsOptions } from '../range/bounds.ts'
import { naturalOrder, type Compare } from '../range/compare.ts'

/** Ranges of keys: partition 0 has the keys up to and with the first bound. */
export interface RangeDescription {
  readonly kind: 'range'
  /** The upper bounds of all ranges but the last, in strictly ascending order; see {@link rangeBounds}. */
  readonly bounds: readonly unknown[]
  /** One more than there are bounds; need not be given. */
  readonly numPartitions?: number | undefined
  /** Whether the lowest keys are in partition 0, the default, or in the last one. */
  readonly ascending?: boolean | undefined
  /** The name of an own comparator; keys compare in their natural order by default. */
  readonly comparator?: string | undefined
}

/**
 * Spark's `RangePartitioner`: keys in order over the partitions, so that each is a range and all together are sorted.
 * Bounds are found by {@link rangeBounds}, or chosen.
 *
 * @throws RK_PARTITIONING_UNSORTED_BOUNDS
 */
export class RangePartitioner<K = unknown> extends DescribedPartitioner<K> {
  readonly bounds: readonly K[]
  readonly ascending: boolean
  readonly #comparator: string | undefined
  readonly #compare: Compare<K>
  /** The bounds once more where all are numbers, none of them NaN, in natural order: these are searched without calls. */
  readonly #numbers: Float64Array | undefined

  constructor(description: RangeDescription, compare: Compare<K> = naturalOrder) {
    const { bounds: stored, numPartitions, ascending = true, comparator } = description
    checkList('bounds', stored, 'a list of keys in ascending order; rangePartitioner finds one for given data')
    const bounds = stored.map((bound) => loadKey('bounds', bound)) as K[]
    super('range', bounds.length + 1)
    if (numPartitions !== undefined && checkCount(numPartitions) !== bounds.length + 1) {
      const expected = `${bounds.length + 1}, one more than there are bounds, or leave it out`
      throw partitioningErrors.BAD_OPTION({ option: 'numPartitions', value: numPartitions, expected })
    }
    for (let i = 1; i < bounds.length; i++) {
      if (compare(bounds[i - 1]!, bounds[i]!) < 0) continue
      throw partitioningErrors.UNSORTED_BOUNDS({ index: i, lower: bounds[i - 1], upper: bounds[i] })
    }
    this.bounds = bounds
    this.ascending = checkBoolean('ascending', ascending)
    this.#comparator = comparator
    this.#compare = compare
    const plain = compare === naturalOrder && bounds.every((bound) => typeof bound === 'number' && !Number.isNaN(bound))
    this.#numbers = plain ? Float64Array.from(bounds as number[]) : undefined
  }

  override partition(key: K): number {
    const index =
      this.#numbers !== undefined && typeof key === 'number' ? searchNumbers(this.#numbers, key) : this.#search(key)
    return this.ascending ? index : this.bounds.length - index
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    const isBytes = this.bounds[0] instanceof Uint8Array
    return this.partition((isBytes ? bytes.subarray(start, end) : textOf(bytes, start, end)) as K)
  }

  protected override options(): { bounds: StoredKey[]; ascending: boolean; comparator?: string } {
    const bounds = this.bounds.map((bound) => storeKey('bounds', bound))
    return {
      bounds,
      ascending: this.ascending,
      ...(this.#comparator === undefined ? {} : { comparator: this.#comparator }),
    }
  }

  protected override unnamedFunction(): string | undefined {
    return this.#compare !== naturalOrder && this.#comparator === undefined ? 'comparator' : undefined
  }

  override describe(): string {
    const order = this.ascending ? 'ascending' : 'descending'
    return `range over ${this.numPartitions} partitions, ${order}, ${this.#comparator ?? 'natural'} order`
  }

  /** How many bounds lie below the key. */
  #search(key: K): number {
    if (key === null || key === undefined) throw partitioningErrors.KEYLESS({ kind: this.kind })
    const compare = this.#compare
    let low = 0
    let high = this.bounds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(this.bounds[middle]!, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/**
 * Looks for bounds with {@link rangeBounds} and makes the partitioner of them.
 *
 * @param options - `comparator` is the name under which `compare` is stored; without one the partitioner cannot be stored
 * @example
 * ```ts
 * const partitioner = rangePartitioner([temperatures], 64)
 * partitioner.partition(21.5)
 * ```
 */
export function rangePartitioner<K>(
  inputs: readonly Iterable<K>[],
  numPartitions: number,
  options: RangeBoundsOptions<K> & {
    readonly ascending?: boolean | undefined
    readonly comparator?: string | undefined
  } = {},
): RangePartitioner<K> {
  const { compare, ascending, comparator } = options
  const bounds = rangeBounds(inputs, numPartitions, options)
  return new RangePartitioner<K>({ kind: 'range', bounds, ascending, comparator }, compare)
}

/** How many numbers lie below the key; NaN lies above all. */
function searchNumbers(bounds: Float64Array, key: number): number {
  let low = 0
  let length = bounds.length
  // No branch depends on the key, so none is mispredicted.
  while (length > 0) {
    const half = length >>> 1
    const above = Number(!(key <= bounds[low + half]!))
    low += above * (half + 1)
    length = above * (length - half - 1) + (1 - above) * half
  }
  return low
}
