import type { Partitioner } from '@ringkeeper/core'
import { partitioningErrors } from '../errors.ts'
import { isColumns, type KeyBatch, type KeyColumns } from './key.ts'

/** The version of stored descriptions that this package writes and reads. */
export const DESCRIPTION_VERSION = 1

/** What `toJSON` gives: a description with every default filled in, and the version of its form. */
export type StoredDescription = { readonly version: 1; readonly kind: string } & Readonly<Record<string, unknown>>

/**
 * A partitioner with a batch form and a description.
 *
 * @typeParam K - the keys that it takes
 */
export interface BatchPartitioner<K> extends Partitioner<K> {
  /** Which kind it is. */
  readonly kind: string
  /**
   * The partitions of many keys, in their order.
   *
   * @param out - where to write them, so that a loop allocates nothing; a new array by default
   */
  partitionBatch: (batch: KeyBatch<K>, out?: Int32Array) => Int32Array
  /** The partition of the key `bytes[start, end)`, without a copy: for loops over buffers. */
  partitionRange: (bytes: Uint8Array, start: number, end: number) => number
  toJSON: () => StoredDescription
  /** One line for people. */
  describe: () => string
}

/** What all kinds share. A kind says how one key is placed, and how one key of a column is. */
export abstract class DescribedPartitioner<K> implements BatchPartitioner<K> {
  readonly kind: string
  readonly numPartitions: number

  protected constructor(kind: string, numPartitions: number) {
    this.kind = kind
    this.numPartitions = numPartitions
  }

  /** The partition of a key, from 0 up to but not including `numPartitions`. */
  abstract partition(key: K): number

  /** The partition of the key `bytes[start, end)`, without a copy: for loops over buffers. */
  abstract partitionRange(bytes: Uint8Array, start: number, end: number): number

  /** What decides where keys go besides kind and number, defaults filled in. */
  protected abstract options(): Readonly<Record<string, unknown>>

  /** The option whose value is a function without a name: such a partitioner cannot be stored and equals no other. */
  protected unnamedFunction(): string | undefined {
    return undefined
  }

  /** The partition of a record without a key. */
  protected partitionKeyless(): number {
    return this.partition(null as K)
  }

  protected partitionColumns({ length, bytes, keyStart, keyEnd }: KeyColumns, out: Int32Array): void {
    for (let i = 0; i < length; i++) {
      const start = keyStart[i]!
      out[i] = start < 0 ? this.partitionKeyless() : this.partitionRange(bytes, start, keyEnd[i]!)
    }
  }

  /**
   * The partitions of many keys, in their order.
   *
   * @throws RK_PARTITIONING_SHORT_OUT
   */
  partitionBatch(batch: KeyBatch<K>, out: Int32Array = new Int32Array(batch.length)): Int32Array {
    if (out.length < batch.length) throw partitioningErrors.SHORT_OUT({ keys: batch.length, out: out.length })
    if (isColumns(batch)) this.partitionColumns(batch, out)
    else for (let i = 0; i < batch.length; i++) out[i] = this.partition(batch[i]!)
    return out
  }

  /** Whether the other one places every key alike: it has the same description. */
  equals(other: Partitioner<never>): boolean {
    if ((other as unknown) === this) return true
    if (!(other instanceof DescribedPartitioner) || other.kind !== this.kind) return false
    if (this.unnamedFunction() !== undefined || other.unnamedFunction() !== undefined) return false
    return sameJson(other.toJSON(), this.toJSON())
  }

  /** @throws RK_PARTITIONING_NOT_STORABLE where it stands on a function without a name */
  toJSON(): StoredDescription {
    const option = this.unnamedFunction()
    if (option !== undefined) throw partitioningErrors.NOT_STORABLE({ option })
    return { version: DESCRIPTION_VERSION, kind: this.kind, numPartitions: this.numPartitions, ...this.options() }
  }

  describe(): string {
    const options = Object.entries(this.options()).map(([name, value]) => `${name} ${short(value)}`)
    return [`${this.kind} over ${this.numPartitions} partitions`, ...options].join(', ')
  }
}

/**
 * The remainder of a 32-bit number that is never negative. Dividing as floating point is exact for these, and takes a
 * third of the time of the processor's integer division.
 */
export function positiveModulo(value: number, modulus: number): number {
  return value - Math.floor(value / modulus) * modulus
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'none'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
