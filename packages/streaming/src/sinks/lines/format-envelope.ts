import type { Chunk } from '@ringkeeper/core'
import { jsonString, jsonValue } from './value-text.ts'

/** Says that a key or value is base64; absent for plain text. */
const keyMark = ',"keyEncoding":"base64"'
const valueMark = ',"valueEncoding":"base64"'

/**
 * One JSON line for each record of a chunk: topic, partition, offset, key, value, timestamp, worker, token, writtenAt.
 *
 * @param isJson - whether every value is known to be JSON.
 * @param writtenAt - milliseconds since the epoch.
 */
export function formatEnvelopes({ batch, selection, fence }: Chunk, isJson: boolean, writtenAt: number): string {
  const head = `{"topic":${JSON.stringify(batch.topic)},"partition":${batch.partition},"offset":`
  const tail = `,"worker":${JSON.stringify(fence.worker)},"token":"${fence.token}","writtenAt":${writtenAt}}\n`
  let lines = ''
  for (let entry = selection.start; entry < selection.end; entry += 1) {
    const index = selection.indices[entry] as number
    const keyStart = batch.keyStart[index] as number
    const key = keyStart < 0 ? undefined : jsonString(batch.bytes, keyStart, batch.keyEnd[index] as number)
    const value = jsonValue(batch, index, isJson)
    const marks = `${key?.isBase64 === true ? keyMark : ''}${value.isBase64 ? valueMark : ''}`
    lines +=
      `${head}${batch.offsets[index] as number},"key":${key?.text ?? 'null'},"value":${value.text}${marks}` +
      `,"timestamp":${batch.timestamps[index] as number}${tail}`
  }
  return lines
}
