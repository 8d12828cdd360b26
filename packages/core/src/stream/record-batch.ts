/** One header of a record; a value may be absent. */
export interface RecordHeader {
  readonly key: string
  readonly value: Uint8Array | undefined
}

/**
 * The columns of a batch. Entry `i` of each belongs to record `i`; arrays may be longer than the batch.
 *
 * Ranges are byte positions in `bytes`, start inclusive, end exclusive; a start of -1 means absent: a record without a
 * key, a tombstone, no headers.
 */
export interface RecordColumns {
  /** Where the records came from. */
  readonly topic: string
  readonly partition: number
  /** The number of records; may be 0 for a batch that only moves the position. */
  readonly length: number
  /** The position to read next after this batch: beyond the last record, also where the source skipped some. */
  readonly nextOffset: number
  readonly bytes: Uint8Array
  readonly keyStart: Int32Array
  readonly keyEnd: Int32Array
  readonly valueStart: Int32Array
  readonly valueEnd: Int32Array
  /** Rising, not always by one. Each is a position, too: reading can begin with any record. */
  readonly offsets: Float64Array
  /** Milliseconds since the epoch. */
  readonly timestamps: Float64Array
  /** The headers of a record in Kafka's encoding: a count, then key and value pairs, all lengths as zigzag varints. */
  readonly headersStart: Int32Array
  readonly headersEnd: Int32Array
  /** Told once that the memory is not needed any more; see {@link RecordBatch.release}. */
  readonly onRelease?: (() => void) | undefined
}

/**
 * Records in columns: one backing buffer and typed arrays of positions into it. Nothing is allocated per record; use a
 * {@link RecordCursor} to look at single records. Whoever reads a batch must not change it.
 */
export class RecordBatch implements RecordColumns {
  readonly topic: string
  readonly partition: number
  readonly length: number
  readonly nextOffset: number
  readonly bytes: Uint8Array
  readonly keyStart: Int32Array
  readonly keyEnd: Int32Array
  readonly valueStart: Int32Array
  readonly valueEnd: Int32Array
  readonly offsets: Float64Array
  readonly timestamps: Float64Array
  readonly headersStart: Int32Array
  readonly headersEnd: Int32Array
  readonly onRelease: (() => void) | undefined
  /** What the pipeline's codec made of each value, by record; `undefined` for a codec that leaves bytes as they are. */
  readonly decoded: readonly unknown[] | undefined

  constructor(columns: RecordColumns, decoded?: readonly unknown[]) {
    this.topic = columns.topic
    this.partition = columns.partition
    this.length = columns.length
    this.nextOffset = columns.nextOffset
    this.bytes = columns.bytes
    this.keyStart = columns.keyStart
    this.keyEnd = columns.keyEnd
    this.valueStart = columns.valueStart
    this.valueEnd = columns.valueEnd
    this.offsets = columns.offsets
    this.timestamps = columns.timestamps
    this.headersStart = columns.headersStart
    this.headersEnd = columns.headersEnd
    this.onRelease = columns.onRelease
    this.decoded = decoded
  }

  /**
   * Gives the memory of the batch back to the source that made it, which fills it anew: nothing of the batch may be read
   * afterwards. Optional: what is not given back is left to the garbage collector. The runtime does it when all records
   * are acknowledged, if every sink that saw them says `retainsBytes: false`.
   */
  release(): void {
    this.onRelease?.()
  }

  /** The same records with their decoded values beside them. */
  withDecoded(decoded: readonly unknown[]): RecordBatch {
    return new RecordBatch(this, decoded)
  }

  /** Bytes of keys and values and headers of record `index`. */
  sizeOf(index: number): number {
    const range = (start: Int32Array, end: Int32Array): number =>
      (start[index] as number) < 0 ? 0 : (end[index] as number) - (start[index] as number)
    return (
      range(this.keyStart, this.keyEnd) +
      range(this.valueStart, this.valueEnd) +
      range(this.headersStart, this.headersEnd)
    )
  }
}
