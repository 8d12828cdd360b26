import { checkCount } from '../check.ts'
import { portableHash } from '../hash/portable-hash.ts'
import { textOf, type PartitionKey } from '../partitioner/key.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'

/** PySpark's `partitionBy(n)`: portable_hash modulo the number of partitions. */
export interface PysparkDescription {
  readonly kind: 'pyspark'
  readonly numPartitions: number
}

/**
 * As PySpark's RDDs partition on CPython 3.11 and later with `PYTHONHASHSEED=0`, which a cluster must set for its
 * strings to hash alike on all its machines. Keys of a column are `str`.
 *
 * @see portableHash
 */
export class PysparkPartitioner extends DescribedPartitioner<PartitionKey> {
  readonly #modulus: bigint

  constructor({ numPartitions }: PysparkDescription) {
    super('pyspark', checkCount(numPartitions))
    this.#modulus = BigInt(numPartitions)
  }

  override partition(key: PartitionKey): number {
    const rest = Number(portableHash(key) % this.#modulus)
    return rest < 0 ? rest + this.numPartitions : rest
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    // Python hashes text of ASCII as the bytes that it is.
    const isAscii = bytes.subarray(start, end).every((byte) => byte < 0x80)
    return this.partition(isAscii ? bytes.subarray(start, end) : textOf(bytes, start, end))
  }

  protected override options(): Readonly<Record<string, unknown>> {
    return {}
  }
}
