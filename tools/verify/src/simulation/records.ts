import { RecordBatch, type Shard } from '@ringkeeper/core'

/** A record of a simulated log; its offset is its place in the log. */
export interface SimulatedRecord {
  /** Decides the partition; empty for a record without a key. */
  readonly key: string
  /** A field of the value, which is found in all partitions. */
  readonly customer: string
  /** No target takes it: it goes to the dead letters. */
  readonly isPoison: boolean
}

const encoder = new TextEncoder()

/** Some consecutive records of a log as a batch. */
export function batchOf(shard: Shard, records: readonly SimulatedRecord[], firstOffset: number): RecordBatch {
  const { length } = records
  const column = (): Int32Array => new Int32Array(length)
  const [keyStart, keyEnd, valueStart, valueEnd] = [column(), column(), column(), column()]
  let text = ''
  for (const [row, { key, customer, isPoison }] of records.entries()) {
    keyStart[row] = key === '' ? -1 : text.length
    text += key
    keyEnd[row] = key === '' ? -1 : text.length
    valueStart[row] = text.length
    text += isPoison ? '{' : `{"customer":"${customer}"}`
    valueEnd[row] = text.length
  }
  return new RecordBatch({
    ...shard,
    length,
    nextOffset: firstOffset + length,
    bytes: encoder.encode(text),
    keyStart,
    keyEnd,
    valueStart,
    valueEnd,
    offsets: Float64Array.from(records, (_, row) => firstOffset + row),
    timestamps: new Float64Array(length),
    headersStart: column().fill(-1),
    headersEnd: column().fill(-1),
  })
}
