import type { Key } from '@ringkeeper/core'
import { checkCount, checkList } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { plainKey, textOf } from '../partitioner/key.ts'
import { DescribedPartitioner, type BatchPartitioner } from '../partitioner/partitioner.ts'
import { loadKey, storeKey } from '../partitioner/stored-key.ts'

/** A list of keys with their partitions, and a rule for all others. */
export interface DirectoryDescription<Inner> {
  readonly kind: 'directory'
  readonly numPartitions: number
  /** Keys with their partitions, as pairs, or as an object where all keys are strings. */
  readonly entries: readonly (readonly [key: unknown, partition: number])[] | Readonly<Record<string, number>>
  /** Where other keys go: to one partition, or as another description says. Without it they are refused. */
  readonly default?: number | Inner | undefined
}

/**
 * Looks keys up. Bytes and the text that they encode are one key, and so are a number and the bigint of its value.
 *
 * @throws RK_PARTITIONING_NOT_LISTED for a key that is not listed, where there is no default
 */
export class DirectoryPartitioner extends DescribedPartitioner<Key> {
  readonly #entries: ReadonlyMap<unknown, number>
  readonly #default: number | BatchPartitioner<Key> | undefined

  constructor(
    { numPartitions, entries }: Omit<DirectoryDescription<never>, 'default'>,
    otherwise: number | BatchPartitioner<Key> | undefined,
  ) {
    super('directory', checkCount(numPartitions))
    if (typeof entries !== 'object' || entries === null) {
      const expected = 'pairs of keys and partitions, or an object of these'
      throw partitioningErrors.BAD_OPTION({ option: 'entries', value: entries, expected })
    }
    const pairs = Array.isArray(entries)
      ? (entries as readonly (readonly [unknown, number])[])
      : Object.entries(entries)
    this.#entries = this.#mapOf(pairs)
    if (typeof otherwise === 'number') this.#checked(otherwise)
    else if (otherwise !== undefined) this.#checked(otherwise.numPartitions - 1)
    this.#default = otherwise
  }

  override partition(key: Key): number {
    return this.#entries.get(plainKey(key)) ?? this.#otherwise(key)
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    const listed = this.#entries.get(textOf(bytes, start, end))
    if (listed !== undefined) return listed
    if (typeof this.#default === 'object') return this.#default.partitionRange(bytes, start, end)
    return this.#otherwise(bytes.subarray(start, end))
  }

  protected override options(): Readonly<Record<string, unknown>> {
    const entries = Array.from(this.#entries, ([key, partition]) => [storeKey('entries', key), partition])
    const byKey = entries.sort(([a], [b]) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    const otherwise = typeof this.#default === 'object' ? this.#default.toJSON() : this.#default
    return { entries: byKey, ...(otherwise === undefined ? {} : { default: otherwise }) }
  }

  #mapOf(pairs: readonly (readonly [unknown, number])[]): Map<unknown, number> {
    const entries = new Map<unknown, number>()
    for (const pair of pairs) {
      checkList('entries', pair, 'pairs of keys and partitions, or an object of these')
      const key = plainKey(loadKey('entries', pair[0]))
      if (!isPlain(key)) {
        const expected = 'strings, numbers, bigints, booleans, null or bytes as keys'
        throw partitioningErrors.BAD_OPTION({ option: 'entries', value: key, expected })
      }
      if (entries.has(key)) {
        const expected = 'each key once; bytes and the text that they encode are one key, and so are 1 and 1n'
        throw partitioningErrors.BAD_OPTION({ option: 'entries', value: pair[0], expected })
      }
      entries.set(key, this.#checked(pair[1]))
    }
    return entries
  }

  #otherwise(key: Key): number {
    if (typeof this.#default === 'number') return this.#default
    if (this.#default === undefined) throw partitioningErrors.NOT_LISTED({ key })
    return this.#default.partition(key)
  }

  #checked(partition: number): number {
    const { kind, numPartitions } = this
    if (Number.isInteger(partition) && partition >= 0 && partition < numPartitions) return partition
    throw partitioningErrors.BAD_PARTITION({ kind, partition, numPartitions })
  }
}

function isPlain(key: unknown): boolean {
  return key === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof key)
}
