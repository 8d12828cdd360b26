import type { Chunk, RecordBatch } from '@ringkeeper/core'
import type { LineWriter } from './line-writer.ts'

/** Says that a key or value is base64; absent for plain text. */
const keyMark = ',"keyEncoding":"base64"'
const valueMark = ',"valueEncoding":"base64"'

const keyName = Buffer.from(',"key":')
const valueName = Buffer.from(',"value":')
const timestampName = Buffer.from(',"timestamp":')
const absent = Buffer.from('null')

/**
 * Writes one JSON line for each record of a chunk: topic, partition, offset, key, value, timestamp, worker, token, writtenAt.
 *
 * @param isJson - whether every value is known to be JSON.
 * @param writtenAt - milliseconds since the epoch.
 */
export function formatEnvelopes(
  writer: LineWriter,
  { batch, selection, fence }: Chunk,
  isJson: boolean,
  writtenAt: number,
): void {
  const head = Buffer.from(`{"topic":${JSON.stringify(batch.topic)},"partition":${batch.partition},"offset":`)
  const worker = JSON.stringify(fence.worker)
  const tail = Buffer.from(`,"worker":${worker},"token":"${fence.token}","writtenAt":${writtenAt}}\n`)
  for (let entry = selection.start; entry < selection.end; entry += 1) {
    const index = selection.indices[entry] as number
    writer.copy(head, 0, head.length)
    writer.number(batch.offsets[index] as number)
    writer.copy(keyName, 0, keyName.length)
    const isPlainKey = writeKey(writer, batch, index)
    writer.copy(valueName, 0, valueName.length)
    const isPlainValue = writeValue(writer, batch, index, isJson)
    if (!isPlainKey) writer.text(keyMark)
    if (!isPlainValue) writer.text(valueMark)
    writer.copy(timestampName, 0, timestampName.length)
    writer.number(batch.timestamps[index] as number)
    writer.copy(tail, 0, tail.length)
  }
}

function writeKey(writer: LineWriter, batch: RecordBatch, index: number): boolean {
  const start = batch.keyStart[index] as number
  if (start >= 0) return writer.jsonString(batch.bytes, start, batch.keyEnd[index] as number)
  writer.copy(absent, 0, absent.length)
  return true
}

/** As it stands when the codec has found it to be JSON, what another codec made of it, else as a string. */
function writeValue(writer: LineWriter, batch: RecordBatch, index: number, isJson: boolean): boolean {
  const start = batch.valueStart[index] as number
  const end = batch.valueEnd[index] as number
  const decoded = batch.decoded?.[index]
  if (start < 0) writer.copy(absent, 0, absent.length)
  else if (isJson) writer.jsonOnOneLine(batch.bytes, start, end)
  else if (decoded === undefined || decoded instanceof Uint8Array) return writer.jsonString(batch.bytes, start, end)
  else writer.text(jsonText(decoded))
  return true
}

function jsonText(value: unknown): string {
  const plain = (_: string, part: unknown): unknown => (typeof part === 'bigint' ? part.toString() : part)
  return JSON.stringify(value, plain) ?? 'null'
}
