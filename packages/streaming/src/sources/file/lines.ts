import type { RecordBatch, Shard } from '@ringkeeper/core'
import { BatchBuilder } from '../batch-builder.ts'
import { lineKey } from './line-key.ts'

const newline = 0x0a
const carriageReturn = 0x0d

/**
 * A batch with a record for each line that is not empty.
 *
 * @param position - where `bytes` begins in the file.
 * @param key - where a line has its key, if records shall have one.
 */
export function linesToBatch(
  shard: Shard,
  bytes: Buffer,
  position: number,
  timestamp: number,
  key: string | undefined,
): RecordBatch {
  const builder = new BatchBuilder(countLines(bytes))
  const keys: Buffer[] = []
  let keysEnd = bytes.length
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(newline, start)
    const lineEnd = found < 0 ? bytes.length : found
    const valueEnd = lineEnd > start && bytes[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd
    if (valueEnd > start) {
      const name = key === undefined ? undefined : lineKey(bytes, start, valueEnd, key)
      const keyStart = name === undefined ? -1 : keysEnd
      if (name !== undefined) {
        keys.push(name)
        keysEnd += name.length
      }
      const keyEnd = name === undefined ? -1 : keysEnd
      builder.add(position + start, timestamp, { keyStart, keyEnd, valueStart: start, valueEnd })
    }
    start = lineEnd + 1
  }
  const all = keys.length === 0 ? bytes : Buffer.concat([bytes, ...keys], keysEnd)
  return builder.build(shard, all, position + bytes.length)
}

function countLines(bytes: Buffer): number {
  let count = 1
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count += 1
  return count
}
