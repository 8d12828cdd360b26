import { sparkMurmur3, sparkMurmur3Range } from '@ringkeeper/hashing'
import { checkCount, checkOneOf } from '../check.ts'
import { doubleBytes, setDouble } from '../hash/double.ts'
import { badKey, checkInt, checkLong } from '../hash/typed.ts'
import type { KeyColumns, NumberType, PartitionKey } from '../partitioner/key.ts'
import { DescribedPartitioner, positiveModulo } from '../partitioner/partitioner.ts'

const SEED = 42

/** How Spark SQL partitions by columns: murmur3 with seed 42, pmod the number of partitions. */
export interface SparkSqlDescription {
  readonly kind: 'spark-sql'
  readonly numPartitions: number
  /** What a number is to Spark, an `INT` or a `DOUBLE`; `int` by default. A bigint is a `BIGINT`. */
  readonly numbers?: NumberType | undefined
}

/**
 * As `repartition(n, columns)` of Spark SQL and DataFrames. A key is one column, or several as a tuple: the hash of each
 * column is the seed of the next one. The hash depends on the type, so give an `INT` as a number and a `BIGINT` as a bigint; a
 * `DATE` is to Spark an int, its days since 1970, and a `TIMESTAMP` a long, its microseconds. `FLOAT` and `DECIMAL` have no
 * value here.
 */
export class SparkSqlPartitioner extends DescribedPartitioner<PartitionKey> {
  readonly #numbers: NumberType

  constructor({ numPartitions, numbers = 'int' }: SparkSqlDescription) {
    super('spark-sql', checkCount(numPartitions))
    this.#numbers = checkOneOf('numbers', numbers, ['int', 'double'])
  }

  override partition(key: PartitionKey): number {
    return positiveModulo(this.hash(key), this.numPartitions)
  }

  /** What Spark's `hash(column, ...)` gives: 32 bits with sign. */
  hash(key: PartitionKey, seed: number = SEED): number {
    switch (typeof key) {
      case 'string':
        return sparkMurmur3(key, seed)
      case 'number':
        return this.#numbers === 'int' ? sparkMurmur3(checkInt(this.kind, key), seed) : hashOfDouble(key, seed)
      case 'bigint':
        return sparkMurmur3(checkLong(this.kind, key), seed)
      case 'boolean':
        return sparkMurmur3(key ? 1 : 0, seed)
    }
    // A null leaves the hash as it is.
    if (key === null || key === undefined) return seed
    if (key instanceof Uint8Array) return sparkMurmur3(key, seed)
    if (!Array.isArray(key)) throw badKey(this.kind, key, 'a string, bytes, number, bigint, boolean, null or a tuple')
    let hash = seed
    for (const column of key as readonly PartitionKey[]) hash = this.hash(column, hash)
    return hash
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return positiveModulo(sparkMurmur3Range(bytes, SEED, start, end), this.numPartitions)
  }

  // The same as the shared loop, which many kinds make slow.
  protected override partitionColumns({ length, bytes, keyStart, keyEnd }: KeyColumns, out: Int32Array): void {
    const partitions = this.numPartitions
    for (let i = 0; i < length; i++) {
      const start = keyStart[i]!
      out[i] = positiveModulo(start < 0 ? SEED : sparkMurmur3Range(bytes, SEED, start, keyEnd[i]!), partitions)
    }
  }

  protected override options(): { readonly numbers: NumberType } {
    return { numbers: this.#numbers }
  }
}

function hashOfDouble(value: number, seed: number): number {
  // Spark takes -0.0 for 0.0.
  setDouble(value === 0 ? 0 : value, true)
  return sparkMurmur3(doubleBytes, seed)
}
