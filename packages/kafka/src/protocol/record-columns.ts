import { BestFitPool } from '../best-fit-pool.ts'

/** Columns to decode records into: one block of memory, seen as the arrays of a `RecordBatch`. */
export interface DecodeColumns {
  readonly offsets: Float64Array
  readonly timestamps: Float64Array
  readonly keyStart: Int32Array
  readonly keyEnd: Int32Array
  readonly valueStart: Int32Array
  readonly valueEnd: Int32Array
  readonly headersStart: Int32Array
  readonly headersEnd: Int32Array
}

const BYTES_PER_RECORD = 2 * 8 + 6 * 4

/** Columns have room for at least so many records, so that they fit more often when they are used again. */
const LEAST_CAPACITY = 64

/** Unused columns that are kept, and for how many records: 10 MiB. */
const MOST_FREE = 128
const MOST_RECORDS = 256 * 1024

/** Makes columns, and uses those again that were given back. */
export class ColumnPool {
  readonly #free = new BestFitPool<DecodeColumns>(MOST_FREE, MOST_RECORDS, ({ offsets }) => offsets.length)

  /** Columns with room for `count` records; what they hold now is of no meaning. */
  take(count: number): DecodeColumns {
    return this.#free.take(count) ?? makeColumns(2 ** Math.ceil(Math.log2(Math.max(count, LEAST_CAPACITY))))
  }

  giveBack(columns: DecodeColumns): void {
    this.#free.giveBack(columns)
  }
}

function makeColumns(capacity: number): DecodeColumns {
  const memory = new ArrayBuffer(capacity * BYTES_PER_RECORD)
  let at = 0
  const doubles = (): Float64Array => {
    at += capacity * 8
    return new Float64Array(memory, at - capacity * 8, capacity)
  }
  const integers = (): Int32Array => {
    at += capacity * 4
    return new Int32Array(memory, at - capacity * 4, capacity)
  }
  return {
    offsets: doubles(),
    timestamps: doubles(),
    keyStart: integers(),
    keyEnd: integers(),
    valueStart: integers(),
    valueEnd: integers(),
    headersStart: integers(),
    headersEnd: integers(),
  }
}
