import type { RecordBatch } from '@ringkeeper/core'
import type { Locator } from './locator.ts'

/** The record has a key that decides. */
export const KEYED = 0
/** The record goes to whatever target's turn it is. */
export const KEYLESS = 1
/** The record cannot be routed. */
export const REJECTED = 2

/** The two buckets that no ring decides about. */
export interface FixedBuckets {
  readonly keyless: number
  readonly rejected: number
}

/** Working memory for routing one batch at a time; shared by all shards of a worker, because routing never waits. */
export class Assignment {
  /** Each record's position on the ring. */
  positions: Uint32Array = new Uint32Array(1024)
  /** {@link KEYED}, {@link KEYLESS} or {@link REJECTED}, by record. */
  kinds: Uint8Array = new Uint8Array(1024)
  /** How many records each bucket got. */
  counts: Uint32Array = new Uint32Array(64)
  /** Bytes of keys, values and headers, by bucket. */
  bytes: Uint32Array = new Uint32Array(64)
  #buckets = new Int32Array(1024)
  #next = new Uint32Array(64)

  /** Makes room for a batch. Positions and kinds are left as they were. */
  reserve(records: number): void {
    if (records <= this.kinds.length) return
    const size = 2 ** Math.ceil(Math.log2(records))
    this.positions = new Uint32Array(size)
    this.kinds = new Uint8Array(size)
    this.#buckets = new Int32Array(size)
  }

  /**
   * Puts every record into a bucket and sorts the record numbers by bucket, in their order.
   *
   * @returns the sorted numbers: those of bucket 0, then of bucket 1, and so on, as many as {@link counts} says.
   */
  sort(batch: RecordBatch, locator: Locator, bucketCount: number, fixed: FixedBuckets): Uint32Array<ArrayBuffer> {
    this.#reserveBuckets(bucketCount)
    this.#fill(batch, locator, fixed)
    const { length } = batch
    const { counts } = this
    const next = this.#next
    const buckets = this.#buckets
    for (let bucket = 0, start = 0; bucket < bucketCount; bucket += 1) {
      next[bucket] = start
      start += counts[bucket] as number
    }
    const sorted = new Uint32Array(length)
    for (let index = 0; index < length; index += 1) {
      const bucket = buckets[index] as number
      const at = next[bucket] as number
      sorted[at] = index
      next[bucket] = at + 1
    }
    return sorted
  }

  #fill(batch: RecordBatch, locator: Locator, fixed: FixedBuckets): void {
    const { length, keyStart, keyEnd, valueStart, valueEnd, headersStart, headersEnd } = batch
    const { counts, bytes } = this
    const buckets = this.#buckets
    // Also for records without a position, for which the answer means nothing.
    locator.locateAll(this.positions, length, buckets)
    this.#overrule(length, fixed)
    for (let index = 0; index < length; index += 1) {
      const bucket = buckets[index] as number
      const size =
        extent(keyStart[index] as number, keyEnd[index] as number) +
        extent(valueStart[index] as number, valueEnd[index] as number) +
        extent(headersStart[index] as number, headersEnd[index] as number)
      counts[bucket] = (counts[bucket] as number) + 1
      bytes[bucket] = (bytes[bucket] as number) + size
    }
  }

  /** Records that no ring decides about go elsewhere. Mostly there are none, which one look over all tells. */
  #overrule(length: number, { keyless, rejected }: FixedBuckets): void {
    const { kinds } = this
    let seen: number = KEYED
    for (let index = 0; index < length; index += 1) seen |= kinds[index] as number
    if (seen === KEYED) return
    for (let index = 0; index < length; index += 1) {
      const kind = kinds[index] as number
      if (kind !== KEYED) this.#buckets[index] = kind === KEYLESS ? keyless : rejected
    }
  }

  #reserveBuckets(count: number): void {
    if (count > this.counts.length) {
      const size = 2 ** Math.ceil(Math.log2(count))
      this.counts = new Uint32Array(size)
      this.bytes = new Uint32Array(size)
      this.#next = new Uint32Array(size)
    }
    this.counts.fill(0, 0, count)
    this.bytes.fill(0, 0, count)
  }
}

/** How long a range is: nothing where it starts below 0. Without a branch, for the hot loop. */
function extent(start: number, end: number): number {
  return (end - start) & ~(start >> 31)
}
