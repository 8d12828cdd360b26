import { murmur2 } from '@ringkeeper/hashing'
import { checkCount, checkOneOf } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { kafkaBytes } from '../hash/kafka-bytes.ts'
import type { KeyColumns, NumberType, PartitionKey } from '../partitioner/key.ts'
import { DescribedPartitioner, positiveModulo } from '../partitioner/partitioner.ts'

/** Kafka's default for records with a key: murmur2, without its sign, modulo the number of partitions. */
export interface KafkaDescription {
  readonly kind: 'kafka'
  readonly numPartitions: number
  /** What a number is to the producer, IntegerSerializer's or DoubleSerializer's; `int` by default. A bigint is a long. */
  readonly numbers?: NumberType | undefined
}

/** The partition of a key by Kafka's Java client. */
export function kafkaPartition(kind: string, key: PartitionKey, numPartitions: number, numbers: NumberType): number {
  const hash = typeof key === 'string' ? murmur2(key) : murmur2(kafkaBytes(kind, key, numbers))
  return positiveModulo(hash & 0x7fff_ffff, numPartitions)
}

/** {@link kafkaPartition} of the key `bytes[start, end)`, without a copy. */
export function kafkaPartitionOfRange(bytes: Uint8Array, start: number, end: number, numPartitions: number): number {
  return positiveModulo(murmur2(bytes, start, end) & 0x7fff_ffff, numPartitions)
}

/**
 * As Kafka's Java producer places records that have a key. Strings are UTF-8, numbers are what Kafka's serializers
 * write. A record without a key is refused: see {@link KafkaStickyPartitioner} and {@link KafkaAdaptivePartitioner}.
 */
export class KafkaPartitioner extends DescribedPartitioner<PartitionKey> {
  readonly #numbers: NumberType

  constructor({ numPartitions, numbers = 'int' }: KafkaDescription) {
    super('kafka', checkCount(numPartitions))
    this.#numbers = checkOneOf('numbers', numbers, ['int', 'double'])
  }

  override partition(key: PartitionKey): number {
    return kafkaPartition(this.kind, key, this.numPartitions, this.#numbers)
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return kafkaPartitionOfRange(bytes, start, end, this.numPartitions)
  }

  // The same as the shared loop, which many kinds make slow.
  protected override partitionColumns({ length, bytes, keyStart, keyEnd }: KeyColumns, out: Int32Array): void {
    const partitions = this.numPartitions
    for (let i = 0; i < length; i++) {
      const start = keyStart[i]!
      if (start < 0) throw partitioningErrors.KEYLESS({ kind: this.kind })
      out[i] = kafkaPartitionOfRange(bytes, start, keyEnd[i]!, partitions)
    }
  }

  protected override options(): { readonly numbers: NumberType } {
    return { numbers: this.#numbers }
  }
}
