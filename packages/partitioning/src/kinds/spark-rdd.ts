import { checkCount, checkOneOf } from '../check.ts'
import { javaHashOf, javaHashOfText, scalaTupleHash } from '../hash/java-hash-code.ts'
import type { NumberType, PartitionKey } from '../partitioner/key.ts'
import { DescribedPartitioner, positiveModulo } from '../partitioner/partitioner.ts'

/** Spark's `HashPartitioner`: Java's hashCode, not negative, modulo the number of partitions. */
export interface SparkRddDescription {
  readonly kind: 'spark-rdd'
  readonly numPartitions: number
  /** What a number is to Spark, an `Int` or a `Double`; `int` by default. A bigint is a `Long`. */
  readonly numbers?: NumberType | undefined
}

/**
 * As Spark's RDDs partition by key: strings, ints, longs, doubles, booleans, null and tuples (as arrays). Byte arrays
 * are refused, as Spark refuses them. Keys of a column are text.
 */
export class SparkRddPartitioner extends DescribedPartitioner<PartitionKey> {
  readonly #numbers: NumberType

  constructor({ numPartitions, numbers = 'int' }: SparkRddDescription) {
    super('spark-rdd', checkCount(numPartitions))
    this.#numbers = checkOneOf('numbers', numbers, ['int', 'double'])
  }

  override partition(key: PartitionKey): number {
    return positiveModulo(javaHashOf(this.kind, key, this.#numbers, scalaTupleHash), this.numPartitions)
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return positiveModulo(javaHashOfText(bytes, start, end), this.numPartitions)
  }

  protected override options(): { readonly numbers: NumberType } {
    return { numbers: this.#numbers }
  }
}
