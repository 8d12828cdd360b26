import { checkCount } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { textOf } from '../partitioner/key.ts'
import { DescribedPartitioner } from '../partitioner/partitioner.ts'

/** A function of your own: PySpark's `partitionBy(n, f)`. */
export interface CustomDescription<K = unknown> {
  readonly kind: 'custom'
  readonly numPartitions: number
  /**
   * The function, or the name under which it is given to `createPartitioner`; only a named one can be stored. Its result
   * is taken modulo the number of partitions, as Python does.
   */
  readonly function: string | ((key: K) => number)
}

/** Places keys as a function says. Keys of a column are given to it as text. */
export class CustomPartitioner<K = unknown> extends DescribedPartitioner<K> {
  readonly #call: (key: K) => number
  readonly #name: string | undefined

  constructor(numPartitions: number, call: (key: K) => number, name?: string) {
    super('custom', checkCount(numPartitions))
    this.#call = call
    this.#name = name
  }

  override partition(key: K): number {
    const { kind, numPartitions } = this
    const partition = this.#call(key)
    if (!Number.isSafeInteger(partition)) throw partitioningErrors.BAD_PARTITION({ kind, partition, numPartitions })
    const rest = partition % numPartitions
    return rest < 0 ? rest + numPartitions : Math.abs(rest)
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return this.partition(textOf(bytes, start, end) as K)
  }

  protected override options(): Readonly<Record<string, unknown>> {
    return { function: this.#name }
  }

  protected override unnamedFunction(): string | undefined {
    return this.#name === undefined ? 'function' : undefined
  }

  override describe(): string {
    return `custom over ${this.numPartitions} partitions, function ${this.#name ?? 'without a name'}`
  }
}
