import { RecordBatch, type Shard } from '@ringkeeper/core'

/** A record's place in the bytes of a batch; a start of -1 means absent. */
export interface RecordRanges {
  readonly keyStart: number
  readonly keyEnd: number
  readonly valueStart: number
  readonly valueEnd: number
}

/** Collects the columns of a batch, record by record. For sources that do not get columns from elsewhere. */
export class BatchBuilder {
  readonly #capacity: number
  readonly #keyStart: Int32Array
  readonly #keyEnd: Int32Array
  readonly #valueStart: Int32Array
  readonly #valueEnd: Int32Array
  readonly #offsets: Float64Array
  readonly #timestamps: Float64Array
  #length = 0

  /** @param capacity - the most records that the batch can have. */
  constructor(capacity: number) {
    this.#capacity = capacity
    this.#keyStart = new Int32Array(capacity)
    this.#keyEnd = new Int32Array(capacity)
    this.#valueStart = new Int32Array(capacity)
    this.#valueEnd = new Int32Array(capacity)
    this.#offsets = new Float64Array(capacity)
    this.#timestamps = new Float64Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  get isFull(): boolean {
    return this.#length === this.#capacity
  }

  add(offset: number, timestamp: number, ranges: RecordRanges): void {
    const index = this.#length
    this.#keyStart[index] = ranges.keyStart
    this.#keyEnd[index] = ranges.keyEnd
    this.#valueStart[index] = ranges.valueStart
    this.#valueEnd[index] = ranges.valueEnd
    this.#offsets[index] = offset
    this.#timestamps[index] = timestamp
    this.#length += 1
  }

  /** The batch; the builder is used up. */
  build(shard: Shard, bytes: Uint8Array, nextOffset: number): RecordBatch {
    const absent = new Int32Array(this.#length).fill(-1)
    return new RecordBatch({
      topic: shard.topic,
      partition: shard.partition,
      length: this.#length,
      nextOffset,
      bytes,
      keyStart: this.#keyStart,
      keyEnd: this.#keyEnd,
      valueStart: this.#valueStart,
      valueEnd: this.#valueEnd,
      offsets: this.#offsets,
      timestamps: this.#timestamps,
      headersStart: absent,
      headersEnd: absent,
    })
  }
}
