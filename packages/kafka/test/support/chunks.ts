import { encodeHeaders, RecordBatch, type Chunk } from '@ringkeeper/core'
import type { PlainRecord } from './kafkajs-codec.ts'

/** A record to write; what is left out is absent, and the time is some time in 2023. */
export type RecordToWrite = Partial<Omit<PlainRecord, 'offset'>>

/** A chunk with all of these records, or the chosen ones of them. */
export function chunkOf(records: readonly RecordToWrite[], chosen?: readonly number[]): Chunk {
  const length = records.length
  const parts: Uint8Array[] = []
  let size = 0
  const columns = {
    keyStart: new Int32Array(length),
    keyEnd: new Int32Array(length),
    valueStart: new Int32Array(length),
    valueEnd: new Int32Array(length),
    headersStart: new Int32Array(length),
    headersEnd: new Int32Array(length),
    offsets: new Float64Array(length),
    timestamps: new Float64Array(length),
  }
  const put = (name: 'key' | 'value' | 'headers', index: number, part: Uint8Array | undefined): void => {
    columns[`${name}Start`][index] = part ? size : -1
    columns[`${name}End`][index] = part ? size + part.length : -1
    if (!part) return
    parts.push(part)
    size += part.length
  }
  records.forEach(({ key = null, value = null, headers = [], timestamp = 1_700_000_000_000 }, index) => {
    put('key', index, key === null ? undefined : Buffer.from(key))
    put('value', index, value === null ? undefined : Buffer.from(value))
    const encoded = headers.map((header) => ({ key: header.key, value: Buffer.from(header.value) }))
    put('headers', index, headers.length === 0 ? undefined : encodeHeaders(encoded))
    columns.offsets[index] = index
    columns.timestamps[index] = timestamp
  })
  const batch = new RecordBatch({
    topic: 'input',
    partition: 0,
    length,
    nextOffset: length,
    bytes: new Uint8Array(Buffer.concat(parts)),
    ...columns,
  })
  const indices = Uint32Array.from(chosen ?? records.keys())
  return { batch, selection: { indices, start: 0, end: indices.length }, fence: { worker: 'w', token: 1n } }
}

/** What a write gets that may take as long as a test. */
export const patiently = (): { readonly signal: AbortSignal; readonly timeout: number } => ({
  signal: AbortSignal.timeout(20_000),
  timeout: 20_000,
})
