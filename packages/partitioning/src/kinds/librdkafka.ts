import type { Random } from '@ringkeeper/core'
import { crc32, fnv1a, murmur2 } from '@ringkeeper/hashing'
import { checkCount, checkOneOf } from '../check.ts'
import { kafkaBytes } from '../hash/kafka-bytes.ts'
import type { NumberType, PartitionKey } from '../partitioner/key.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'

/** The partitioners of librdkafka, and so of its clients in C++, Python, Go, .NET, PHP and Rust. */
export type LibrdkafkaKind =
  | 'librdkafka-consistent'
  | 'librdkafka-consistent-random'
  | 'librdkafka-murmur2'
  | 'librdkafka-fnv1a'

/** One of librdkafka's partitioners; `consistent_random` is its default. */
export interface LibrdkafkaDescription {
  readonly kind: LibrdkafkaKind
  readonly numPartitions: number
  /** What a number is written as, see `kafka`; `int` by default. */
  readonly numbers?: NumberType | undefined
}

type Hash = (bytes: string | Uint8Array, start?: number, end?: number) => number

const hashes: Readonly<Record<LibrdkafkaKind, Hash>> = {
  'librdkafka-consistent': crc32,
  'librdkafka-consistent-random': crc32,
  'librdkafka-murmur2': (bytes, start, end) => murmur2(bytes, start, end) & 0x7fff_ffff,
  // As Sarama does, librdkafka takes the hash as signed and drops its sign.
  'librdkafka-fnv1a': (bytes, start, end) => Math.abs(fnv1a(bytes, start, end) | 0),
}

/** As librdkafka places records. A record without a key counts as one with an empty key; see `consistent-random`. */
export class LibrdkafkaPartitioner extends DescribedPartitioner<PartitionKey> {
  readonly #numbers: NumberType
  readonly #hash: Hash
  /** Where records without a key, or with an empty one, go anywhere. */
  readonly #random: Random | undefined

  constructor({ kind, numPartitions, numbers = 'int' }: LibrdkafkaDescription, random: Random) {
    super(kind, checkCount(numPartitions))
    this.#numbers = checkOneOf('numbers', numbers, ['int', 'double'])
    this.#hash = hashes[kind]
    this.#random = kind === 'librdkafka-consistent-random' ? random : undefined
  }

  override partition(key: PartitionKey): number {
    if (key === null || key === undefined) return this.partitionKeyless()
    const bytes = kafkaBytes(this.kind, key, this.#numbers)
    return bytes.length === 0 ? this.partitionKeyless() : this.#hash(bytes) % this.numPartitions
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return start === end ? this.partitionKeyless() : this.#hash(bytes, start, end) % this.numPartitions
  }

  protected override partitionKeyless(): number {
    if (this.#random !== undefined) return Math.floor(this.#random.next() * this.numPartitions)
    return this.#hash('') % this.numPartitions
  }

  protected override options(): { readonly numbers: NumberType } {
    return { numbers: this.#numbers }
  }
}
