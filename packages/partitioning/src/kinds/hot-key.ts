import type { Key } from '@ringkeeper/core'
import { murmur3 } from '@ringkeeper/hashing'
import { checkInteger, checkIterable, checkList, checkNumber, checkOneOf } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { refusedKey } from '../hash/refused.ts'
import { SpaceSaving } from '../hot/space-saving.ts'
import { plainKey, textOf } from '../partitioner/key.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'
import { loadKey, storeKey } from '../partitioner/stored-key.ts'

/** Frequent keys over several partitions, all others by their hash. */
export interface HotKeyDescription {
  readonly kind: 'hot-key'
  /** At most 16,777,216: the load of each is counted. */
  readonly numPartitions: number
  /**
   * `top-keys` (default) splits the frequent keys only. `two-choices` lets every key choose between two partitions: even
   * from the first record on, but then the records of every key lie in two places.
   */
  readonly strategy?: 'top-keys' | 'two-choices' | undefined
  /** From which share of all records on a key is split; by default a thirtieth of what a partition should get. */
  readonly hotShare?: number | undefined
  /** How many keys are counted, by default four for each that could be hot. */
  readonly capacity?: number | undefined
  /** Keys that are known to be hot, with how many partitions each may use: what `toJSON` of another run has. */
  readonly hot?: readonly (readonly [key: unknown, partitions: number])[] | undefined
}

const MOST_PARTITIONS = 0x100_0000

// A key that came this often at least can be hot: before, its share is chance.
const LEAST_COUNT = 16

/**
 * Counts keys by {@link SpaceSaving} while it places them, and spreads those that are too frequent for one partition over
 * as many as their share calls for, twice over: each of their records goes to the emptiest of them. What was computed
 * for a split key by partition has to be merged: {@link HotKeyPartitioner.partitionsOf} says where its parts are, and
 * {@link mergeParts} puts them together.
 *
 * It learns from what it places, so two of them place split keys differently. Keys that are not split go where every
 * other one puts them. What it has learned it does not unlearn: a key that was hot once stays split, over as many
 * partitions as at its peak, so that its parts are found; for a stream whose hot keys change, make a new one now and then.
 * Its description holds the split keys: one that has learned some equals a new one no more, and what `toJSON` gives
 * makes one that knows them, whose counts and loads begin at nothing.
 *
 * @see M. Nasir et al., When Two Choices Are not Enough: Balancing at Scale in Distributed Stream Processing, 2016
 */
export class HotKeyPartitioner extends DescribedPartitioner<Key> {
  readonly #strategy: 'top-keys' | 'two-choices'
  readonly #hotShare: number
  readonly #counts: SpaceSaving<string | number | bigint>
  readonly #hot = new Map<string | number | bigint, number>()
  readonly #load: Float64Array
  readonly #strides: readonly number[]

  constructor(description: HotKeyDescription) {
    const { numPartitions, strategy = 'top-keys', hot = [] } = description
    super('hot-key', checkInteger('numPartitions', numPartitions, 1, MOST_PARTITIONS))
    this.#strategy = checkOneOf('strategy', strategy, ['top-keys', 'two-choices'])
    this.#hotShare = checkNumber('hotShare', description.hotShare ?? 1 / (30 * numPartitions), 0, true)
    const capacity = description.capacity ?? Math.min(Math.ceil(4 / this.#hotShare), 0x10_0000)
    this.#counts = new SpaceSaving(checkInteger('capacity', capacity, 1, 0x100_0000))
    this.#load = new Float64Array(numPartitions)
    this.#strides = stridesOf(numPartitions)
    checkList('hot', hot, 'pairs of keys and how many partitions each may use')
    for (const pair of hot) {
      checkList('hot', pair, 'pairs of keys and how many partitions each may use')
      const key = loadKey('hot', pair[0]) as Key
      this.#hashOf(key)
      this.#hot.set(plainKey(key), checkInteger('hot', pair[1], 2, Math.max(2, numPartitions)))
    }
  }

  /** How many records went to each partition. */
  get loads(): readonly number[] {
    return Array.from(this.#load)
  }

  /** The keys that are split, with how many partitions each may use. */
  get splitKeys(): ReadonlyMap<string | number | bigint, number> {
    return this.#hot
  }

  /** The most frequent keys so far; see {@link SpaceSaving.top}. */
  topKeys(count: number): ReturnType<SpaceSaving<string | number | bigint>['top']> {
    return this.#counts.top(count)
  }

  override partition(key: Key): number {
    if (key === null || key === undefined) throw partitioningErrors.KEYLESS({ kind: this.kind })
    const partition = this.#emptiest(this.#hashOf(key), this.#choices(plainKey(key)))
    this.#load[partition]!++
    return partition
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return this.partition(textOf(bytes, start, end))
  }

  /** The partitions in which records of a key can lie: one, unless it is split. */
  partitionsOf(key: Key): number[] {
    const hash = this.#hashOf(key)
    const count = this.#strategy === 'two-choices' ? 2 : (this.#hot.get(plainKey(key)) ?? 1)
    return Array.from({ length: Math.min(count, this.numPartitions) }, (_, i) => this.#candidate(hash, i))
  }

  protected override options(): Readonly<Record<string, unknown>> {
    const hot = Array.from(this.#hot, ([key, partitions]) => [storeKey('hot', key), partitions])
    return { strategy: this.#strategy, hotShare: this.#hotShare, capacity: this.#counts.capacity, hot }
  }

  #hashOf(key: Key): number {
    try {
      return murmur3(key)
    } catch (error) {
      throw refusedKey(this.kind, key, error)
    }
  }

  /** Over how many partitions a key may go; counts it. */
  #choices(key: string | number | bigint): number {
    if (this.#strategy === 'two-choices') return Math.min(2, this.numPartitions)
    const count = this.#counts.certainCount(this.#counts.add(key))
    const known = this.#hot.get(key) ?? 1
    const share = count / this.#counts.total
    if (count < LEAST_COUNT || share < this.#hotShare) return known
    const wanted = Math.min(Math.max(2, Math.ceil(2 * share * this.numPartitions)), this.numPartitions)
    if (wanted <= known) return known
    this.#hot.set(key, wanted)
    return wanted
  }

  #emptiest(hash: number, choices: number): number {
    let best = this.#candidate(hash, 0)
    for (let i = 1; i < choices; i++) {
      const other = this.#candidate(hash, i)
      if (this.#load[other]! < this.#load[best]!) best = other
    }
    return best
  }

  /** The partitions of a key in its own order: a walk over all of them, with a stride of its own. */
  #candidate(hash: number, i: number): number {
    const stride = this.#strides[(Math.imul(hash, 0x9e3779b1) >>> 0) % this.#strides.length]!
    return (hash + i * stride) % this.numPartitions
  }
}

/**
 * Puts together what was computed by partition for keys that were split.
 *
 * @example
 * ```ts
 * mergeParts([new Map([['a', 2]]), new Map([['a', 3], ['b', 1]])], (x, y) => x + y) // a: 5, b: 1
 * ```
 */
export function mergeParts<K, V>(parts: Iterable<ReadonlyMap<K, V>>, combine: (a: V, b: V) => V): Map<K, V> {
  const merged = new Map<K, V>()
  checkIterable('parts', parts, 'a list of maps')
  for (const part of parts) {
    checkIterable('parts', part, 'a list of maps')
    for (const [key, value] of part) merged.set(key, merged.has(key) ? combine(merged.get(key)!, value) : value)
  }
  return merged
}

/** Steps that lead through all partitions before they come back. */
function stridesOf(numPartitions: number): number[] {
  const strides: number[] = []
  for (let step = 1; step < numPartitions && strides.length < 1024; step++) {
    if (commonDivisor(step, numPartitions) === 1) strides.push(step)
  }
  return strides.length === 0 ? [1] : strides
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}
