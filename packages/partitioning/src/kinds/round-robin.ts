import { checkCount, checkInteger } from '../check.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'

/** Every record to the next partition, whatever its key. */
export interface RoundRobinDescription {
  readonly kind: 'round-robin'
  readonly numPartitions: number
  /** The first partition, 0 by default; give every producer another one. */
  readonly start?: number | undefined
}

/** Every call gives the next partition. As even as can be; nothing is known of where a key lies. */
export class RoundRobinPartitioner extends DescribedPartitioner<unknown> {
  readonly #start: number
  #next: number

  constructor({ numPartitions, start = 0 }: RoundRobinDescription) {
    super('round-robin', checkCount(numPartitions))
    this.#start = checkInteger('start', start, 0, numPartitions - 1)
    this.#next = start
  }

  override partition(): number {
    const partition = this.#next
    this.#next = partition + 1 === this.numPartitions ? 0 : partition + 1
    return partition
  }

  override partitionRange(): number {
    return this.partition()
  }

  protected override options(): { readonly start: number } {
    return { start: this.#start }
  }
}
