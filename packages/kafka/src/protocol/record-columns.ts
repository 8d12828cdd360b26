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

/** Makes columns for up to `capacity` records. */
export function makeColumns(capacity: number): DecodeColumns {
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
