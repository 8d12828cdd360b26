import type { Random } from '@ringkeeper/core'
import { checkCount, checkInteger, checkList, checkOneOf } from '../check.ts'
import { isColumns, type KeyBatch, type NumberType, type PartitionKey } from '../partitioner/key.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'
import { kafkaPartition, kafkaPartitionOfRange } from './kafka.ts'

/** Kafka's default from 2.4 to 3.2 (KIP-480): records without a key share a partition until their batch is full. */
export interface KafkaStickyDescription {
  readonly kind: 'kafka-sticky'
  readonly numPartitions: number
  /** See `kafka`. */
  readonly numbers?: NumberType | undefined
}

/** What the two sticky kinds share: keys as `kafka` places them, and one partition at a time for records without. */
export abstract class StickyPartitioner extends DescribedPartitioner<PartitionKey> {
  readonly #random: Random
  readonly #numbers: NumberType
  /** Undefined while all partitions have a leader: there may be more of them than a list could hold. */
  #available: readonly number[] | undefined

  protected constructor(kind: string, numPartitions: number, numbers: NumberType, random: Random) {
    super(kind, checkCount(numPartitions))
    this.#numbers = checkOneOf('numbers', numbers, ['int', 'double'])
    this.#random = random
  }

  /** The partition of records without a key, for now. */
  abstract readonly current: number

  /** The partitions that have a leader, in ascending order; all of them at first. */
  get available(): readonly number[] {
    return this.#available ?? Array.from({ length: this.numPartitions }, (_, partition) => partition)
  }

  set available(partitions: readonly number[]) {
    checkList('available', partitions, 'a list of partitions')
    for (const partition of partitions) checkInteger('available', partition, 0, this.numPartitions - 1)
    this.#available = [...new Set(partitions)].sort((a, b) => a - b)
  }

  override partition(key: PartitionKey): number {
    if (key === null || key === undefined) return this.current
    return kafkaPartition(this.kind, key, this.numPartitions, this.#numbers)
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return kafkaPartitionOfRange(bytes, start, end, this.numPartitions)
  }

  protected override partitionKeyless(): number {
    return this.current
  }

  protected override options(): Readonly<Record<string, unknown>> {
    return { numbers: this.#numbers }
  }

  /** As Kafka draws: an integer of 31 bits. */
  protected draw(): number {
    return Math.floor(this.#random.next() * 0x8000_0000)
  }

  /** Any partition that has a leader; any at all where none has. */
  protected anyPartition(): number {
    const drawn = this.draw()
    const available = this.#available ?? []
    return available.length === 0 ? drawn % this.numPartitions : available[drawn % available.length]!
  }

  /** Any partition that has a leader but this one, where there is another one. */
  protected anyOther(partition: number): number {
    const available = this.#available
    const place = available === undefined ? partition : available.indexOf(partition)
    const count = available?.length ?? this.numPartitions
    if (place < 0 || count < 2) return this.anyPartition()
    const drawn = this.draw() % (count - 1)
    const other = drawn < place ? drawn : drawn + 1
    return available === undefined ? other : available[other]!
  }
}

/**
 * Kafka's sticky partitioner of KIP-480. Call {@link KafkaStickyPartitioner.newBatch} when a batch of records without a
 * key is full; a call of `partitionBatch` with such records is one batch.
 *
 * @see https://cwiki.apache.org/confluence/display/KAFKA/KIP-480%3A+Sticky+Partitioner
 */
export class KafkaStickyPartitioner extends StickyPartitioner {
  #current: number

  constructor({ numPartitions, numbers = 'int' }: KafkaStickyDescription, random: Random) {
    super('kafka-sticky', numPartitions, numbers, random)
    this.#current = this.anyPartition()
  }

  override get current(): number {
    return this.#current
  }

  /** Goes on with another partition that has a leader, where there is one. */
  newBatch(): void {
    this.#current = this.anyOther(this.#current)
  }

  override partitionBatch(batch: KeyBatch<PartitionKey>, out?: Int32Array): Int32Array {
    const partitions = super.partitionBatch(batch, out)
    if (hasKeyless(batch)) this.newBatch()
    return partitions
  }
}

function hasKeyless(batch: KeyBatch<PartitionKey>): boolean {
  if (isColumns(batch)) return batch.keyStart.subarray(0, batch.length).some((start) => start < 0)
  return Array.prototype.some.call(batch, (key) => key === null || key === undefined)
}
