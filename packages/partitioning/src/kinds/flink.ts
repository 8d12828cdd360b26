import { sparkMurmur3 } from '@ringkeeper/hashing'
import { checkCount, checkInteger, checkOneOf } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { flinkTupleHash, javaHashOf, javaHashOfText } from '../hash/java-hash-code.ts'
import type { NumberType, PartitionKey } from '../partitioner/key.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'

const HIGHEST = 32_768

/** Flink's `keyBy`: a key's group, and the operator whose range of groups it lies in. */
export interface FlinkDescription {
  readonly kind: 'flink'
  /** The parallelism: how many operators there are. */
  readonly numPartitions: number
  /** How many key groups there are, at most 32768; by default what Flink takes for this parallelism. It can never change. */
  readonly maxParallelism?: number | undefined
  /** What a number is to Flink, an `Integer` or a `Double`; `int` by default. A bigint is a `Long`. */
  readonly numbers?: NumberType | undefined
}

/**
 * As Flink places keyed records. When the parallelism changes and the maximum stays, whole ranges of key groups move.
 * Keys are strings, ints, longs, doubles, booleans and Flink's tuples (as arrays), as Java hashes them; keys of a column
 * are text.
 */
export class FlinkPartitioner extends DescribedPartitioner<PartitionKey> {
  readonly maxParallelism: number
  readonly #numbers: NumberType

  constructor({ numPartitions, maxParallelism, numbers = 'int' }: FlinkDescription) {
    super('flink', checkInteger('numPartitions', checkCount(numPartitions), 1, HIGHEST))
    const groups = maxParallelism ?? defaultMaxParallelism(numPartitions)
    this.maxParallelism = checkInteger('maxParallelism', groups, numPartitions, HIGHEST)
    this.#numbers = checkOneOf('numbers', numbers, ['int', 'double'])
  }

  override partition(key: PartitionKey): number {
    return this.#operatorOf(this.keyGroup(key))
  }

  /** The key group of a key, which does not depend on the parallelism. */
  keyGroup(key: PartitionKey): number {
    if (key === null || key === undefined) throw partitioningErrors.KEYLESS({ kind: this.kind })
    return this.#groupOf(javaHashOf(this.kind, key, this.#numbers, flinkTupleHash))
  }

  /** The first and last key group of an operator. */
  keyGroupRange(operator: number): { readonly first: number; readonly last: number } {
    checkInteger('operator', operator, 0, this.numPartitions - 1)
    const { maxParallelism, numPartitions } = this
    return {
      first: Math.ceil((operator * maxParallelism) / numPartitions),
      last: Math.floor(((operator + 1) * maxParallelism - 1) / numPartitions),
    }
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return this.#operatorOf(this.#groupOf(javaHashOfText(bytes, start, end)))
  }

  protected override options(): { readonly maxParallelism: number; readonly numbers: NumberType } {
    return { maxParallelism: this.maxParallelism, numbers: this.#numbers }
  }

  #groupOf(hashCode: number): number {
    // Flink hashes the hash again, by what is Spark's hash of an int with seed 0.
    const hash = Math.abs(sparkMurmur3(hashCode, 0))
    return (hash === 0x8000_0000 ? 0 : hash) % this.maxParallelism
  }

  #operatorOf(keyGroup: number): number {
    return Math.floor((keyGroup * this.numPartitions) / this.maxParallelism)
  }
}

/** Flink's default number of key groups: one and a half times the parallelism as a power of two, from 128 to 32768. */
function defaultMaxParallelism(parallelism: number): number {
  const wanted = parallelism + (parallelism >> 1)
  return Math.min(Math.max(2 ** Math.ceil(Math.log2(wanted)), 128), HIGHEST)
}
