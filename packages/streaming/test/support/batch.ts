import { RecordBatch, type Chunk } from '@ringkeeper/core'

/** A record of a test; text stands for its UTF-8. */
export interface TestRecord {
  readonly key?: string | Uint8Array
  readonly value?: string | Uint8Array
  readonly decoded?: unknown
}

/** A batch of some records; the offsets count from `firstOffset`. */
export function batchOf(
  records: readonly TestRecord[],
  { topic = 'orders', partition = 3, firstOffset = 0 } = {},
): RecordBatch {
  const parts: Buffer[] = []
  let size = 0
  const column = (): Int32Array => new Int32Array(records.length)
  const place = (starts: Int32Array, ends: Int32Array, row: number, given: string | Uint8Array | undefined): void => {
    const bytes = given === undefined ? undefined : Buffer.from(given as string)
    starts[row] = bytes ? size : -1
    if (bytes) parts.push(bytes)
    size += bytes?.length ?? 0
    ends[row] = bytes ? size : -1
  }
  const [keyStart, keyEnd, valueStart, valueEnd] = [column(), column(), column(), column()]
  records.forEach(({ key, value }, row) => {
    place(keyStart, keyEnd, row, key)
    place(valueStart, valueEnd, row, value)
  })
  const none = column().fill(-1)
  const columns = {
    topic,
    partition,
    length: records.length,
    nextOffset: firstOffset + records.length,
    bytes: Buffer.concat(parts),
    keyStart,
    keyEnd,
    valueStart,
    valueEnd,
    offsets: Float64Array.from(records, (_, row) => firstOffset + row),
    timestamps: Float64Array.from(records, (_, row) => 1_700_000_000_000 + row),
    headersStart: none,
    headersEnd: none,
  }
  const isDecoded = records.some((record) => 'decoded' in record)
  return new RecordBatch(columns, isDecoded ? records.map(({ decoded }) => decoded) : undefined)
}

/** All records of a batch, written by worker w1 under a token. */
export function chunkOf(batch: RecordBatch, token = 7n): Chunk {
  const indices = Uint32Array.from({ length: batch.length }, (_, index) => index)
  return { batch, selection: { indices, start: 0, end: batch.length }, fence: { worker: 'w1', token } }
}
