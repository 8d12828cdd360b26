import type { Key } from '@ringkeeper/core'
import { murmur3 } from '@ringkeeper/hashing'
import { checkCount, checkInteger, checkList } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { refusedKey } from '../hash/refused.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'
import { checkWeights } from './routed.ts'

/** Partitions of different size: each gets its share of the hashes. */
export interface WeightedDescription {
  readonly kind: 'weighted'
  /** The share of each partition; one of 0 gets nothing. */
  readonly weights: readonly number[]
  /** As many as there are weights; need not be given. */
  readonly numPartitions?: number | undefined
  /** Another seed, another placement; 0 by default. */
  readonly seed?: number | undefined
}

/**
 * Shares keys out by weight: the hashes, murmur3 of 32 bits, are cut into one range for each partition. Where weights
 * change often and few keys should move, choose `rendezvous` or `ring` with weights.
 */
export class WeightedPartitioner extends DescribedPartitioner<Key> {
  readonly #weights: readonly number[]
  readonly #seed: number
  /** The hash at which each partition's range ends. */
  readonly #ends: Float64Array

  constructor({ weights, numPartitions = weights?.length, seed = 0 }: WeightedDescription) {
    checkList('weights', weights, 'a number for each partition')
    if (weights.length === 0) {
      const expected = 'a number for each partition, one at least'
      throw partitioningErrors.BAD_OPTION({ option: 'weights', value: weights, expected })
    }
    super('weighted', checkCount(numPartitions))
    checkWeights(weights, numPartitions)
    this.#seed = checkInteger('seed', seed, 0, 0xffff_ffff)
    this.#weights = [...weights]
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    let sum = 0
    this.#ends = Float64Array.from(weights, (weight) => ((sum += weight) / total) * 0x1_0000_0000)
    // Rounding must not leave the highest hashes to a partition of weight 0 at the end.
    this.#ends.fill(
      0x1_0000_0000,
      weights.findLastIndex((weight) => weight > 0),
    )
  }

  override partition(key: Key): number {
    if (key === null || key === undefined) throw partitioningErrors.KEYLESS({ kind: this.kind })
    try {
      return this.#partitionOf(murmur3(key, this.#seed))
    } catch (error) {
      throw refusedKey(this.kind, key, error)
    }
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return this.#partitionOf(murmur3(bytes, this.#seed, start, end))
  }

  protected override options(): { readonly weights: readonly number[]; readonly seed: number } {
    return { weights: this.#weights, seed: this.#seed }
  }

  #partitionOf(hash: number): number {
    const ends = this.#ends
    let low = 0
    let high = ends.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (ends[middle]! > hash) high = middle
      else low = middle + 1
    }
    return low
  }
}
