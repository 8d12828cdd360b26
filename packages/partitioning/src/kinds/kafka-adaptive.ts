import type { Random } from '@ringkeeper/core'
import { checkInteger, checkList } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import type { NumberType } from '../partitioner/key.ts'
import { StickyPartitioner } from './kafka-sticky.ts'

/** Kafka's default since 3.3 (KIP-794): sticky by bytes, and less often to partitions whose queues are long. */
export interface KafkaAdaptiveDescription {
  readonly kind: 'kafka-adaptive'
  readonly numPartitions: number
  /** How many bytes a partition gets before another one has its turn: the producer's batch.size, 16384 by default. */
  readonly stickyBatchSize?: number | undefined
  /** See `kafka`. */
  readonly numbers?: NumberType | undefined
}

/** Which partitions to draw, and the running sum of their chances. */
interface LoadTable {
  readonly partitions: readonly number[]
  readonly sums: Float64Array
}

/**
 * Kafka's built-in partitioner of KIP-794. Tell it with {@link KafkaAdaptivePartitioner.appended} how many bytes went to
 * its partition, and with {@link KafkaAdaptivePartitioner.updateLoad} how long the queues are.
 *
 * @example
 * ```ts
 * const partitioner = createPartitioner({ kind: 'kafka-adaptive', numPartitions: 6 })
 * const partition = partitioner.partition(null)
 * partitioner.appended(record.value.length)
 * ```
 * @see https://cwiki.apache.org/confluence/display/KAFKA/KIP-794%3A+Strictly+Uniform+Sticky+Partitioner
 */
export class KafkaAdaptivePartitioner extends StickyPartitioner {
  readonly stickyBatchSize: number
  #current: number | undefined
  #bytes = 0
  #load: LoadTable | undefined

  constructor({ numPartitions, stickyBatchSize = 16_384, numbers = 'int' }: KafkaAdaptiveDescription, random: Random) {
    super('kafka-adaptive', numPartitions, numbers, random)
    this.stickyBatchSize = checkInteger('stickyBatchSize', stickyBatchSize, 1, 0x7fff_ffff)
  }

  override get current(): number {
    return (this.#current ??= this.#next())
  }

  /**
   * So many bytes went to the current partition.
   *
   * @param canSwitch - false while the partition's batch could still take more, so that it is not sent half empty; at
   * twice the batch size another partition follows all the same
   */
  appended(bytes: number, canSwitch = true): void {
    this.#bytes += bytes
    if ((this.#bytes >= this.stickyBatchSize && canSwitch) || this.#bytes >= 2 * this.stickyBatchSize) {
      this.#current = this.#next()
      this.#bytes = 0
    }
  }

  /**
   * How many batches wait for each partition; `undefined` to forget it.
   *
   * @param queueSizes - by `partitions`
   * @param partitions - without those that are too slow or have no leader; all of them by default
   */
  updateLoad(queueSizes: readonly number[] | undefined, partitions?: readonly number[]): void {
    this.#load = queueSizes === undefined ? undefined : this.#tableOf(queueSizes, partitions)
  }

  protected override options(): Readonly<Record<string, unknown>> {
    return { stickyBatchSize: this.stickyBatchSize, ...super.options() }
  }

  #tableOf(queueSizes: readonly number[], given: readonly number[] | undefined): LoadTable | undefined {
    checkList('queueSizes', queueSizes, 'a number for each partition')
    const partitions = given ?? queueSizes.map((_, partition) => partition)
    if (partitions.length !== queueSizes.length) {
      const expected = 'one partition for each queue size'
      throw partitioningErrors.BAD_OPTION({ option: 'partitions', value: partitions, expected })
    }
    for (const size of queueSizes) checkInteger('queueSizes', size, 0, 0x7fff_ffff)
    for (const partition of partitions) checkInteger('partitions', partition, 0, this.numPartitions - 1)
    const all = partitions.length === this.numPartitions
    const allEqual = queueSizes.every((size) => size === queueSizes[0])
    if (partitions.length === 0 || this.numPartitions < 2 || (all && allEqual)) return undefined
    const longest = queueSizes.reduce((most, size) => Math.max(most, size), 0) + 1
    const sums = new Float64Array(queueSizes.length)
    for (let i = 0, sum = 0; i < sums.length; i++) sums[i] = sum += longest - queueSizes[i]!
    return { partitions, sums }
  }

  #next(): number {
    if (this.#load === undefined) return this.anyPartition()
    const { partitions, sums } = this.#load
    const drawn = this.draw() % sums.at(-1)!
    return partitions[sums.findIndex((sum) => sum > drawn)]!
  }
}
