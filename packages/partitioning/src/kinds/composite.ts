import { checkCount, checkOneOf } from '../check.ts'
import { badKey } from '../hash/typed.ts'
import { DescribedPartitioner, type BatchPartitioner } from '../partitioner/partitioner.ts'

/** Two partitioners one within the other: hash then range, or hash then salt. */
export interface CompositeDescription<Inner> {
  readonly kind: 'composite'
  /** Which group of partitions. */
  readonly first: Inner
  /** Which partition of the group: a `range`, or `round-robin` to salt. */
  readonly then: Inner
  /**
   * `pair` (default): a key is a tuple `[a, b]`, `a` for the first and `b` for the second partitioner. `same`: both see
   * the whole key.
   */
  readonly keys?: 'pair' | 'same' | undefined
}

/**
 * Partition `first(a) * n + then(b)`, where `then` has n partitions. For example all records of a customer in a few
 * neighbouring partitions and these by date, or a hot key over a few partitions in turn.
 */
export class CompositePartitioner extends DescribedPartitioner<unknown> {
  readonly #first: BatchPartitioner<unknown>
  readonly #then: BatchPartitioner<unknown>
  readonly #keys: 'pair' | 'same'

  constructor(
    first: BatchPartitioner<unknown>,
    then: BatchPartitioner<unknown>,
    keys: CompositeDescription<never>['keys'] = 'pair',
  ) {
    super('composite', checkCount(first.numPartitions * then.numPartitions))
    this.#first = first
    this.#then = then
    this.#keys = checkOneOf('keys', keys, ['pair', 'same'])
  }

  override partition(key: unknown): number {
    if (this.#keys === 'same') return this.#combine(this.#first.partition(key), this.#then.partition(key))
    if (!Array.isArray(key) || key.length !== 2) throw badKey(this.kind, key, 'a tuple of two, or set keys to "same"')
    return this.#combine(this.#first.partition(key[0]), this.#then.partition(key[1]))
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    if (this.#keys === 'pair') throw badKey(this.kind, 'a key of a column', 'tuples of two, or set keys to "same"')
    return this.#combine(this.#first.partitionRange(bytes, start, end), this.#then.partitionRange(bytes, start, end))
  }

  protected override options(): Readonly<Record<string, unknown>> {
    return { first: this.#first.toJSON(), then: this.#then.toJSON(), keys: this.#keys }
  }

  #combine(group: number, within: number): number {
    return group * this.#then.numPartitions + within
  }
}
