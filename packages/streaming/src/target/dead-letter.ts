import { isUtf8 } from 'node:buffer'
import { isRingkeeperError, messageOf, RecordBatch, RecordCursor } from '@ringkeeper/core'
import type { Delivery } from './delivery.ts'

/** A record that was set aside, as its JSON line says it. */
export interface DeadLetter {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Text, or base64 when it is not UTF-8; `null` for a record without a key. */
  readonly key: string | null
  readonly keyEncoding?: 'base64'
  /** Text, or base64 when it is not UTF-8; `null` for a tombstone. */
  readonly value: string | null
  readonly valueEncoding?: 'base64'
  /** The record's own, in milliseconds since the epoch. */
  readonly timestamp: number
  readonly error: { readonly code: string; readonly message: string }
  /** How often it was given to the sink; 0 for a record that the codec could not read. */
  readonly attempts: number
  readonly worker: string
  /** The shard lease's, in decimal. */
  readonly token: string
}

/**
 * The dead letters of some records as a batch that any sink can take: the key, offset and timestamp are the record's,
 * the value is the dead letter's JSON, the decoded value a {@link DeadLetter}.
 */
export function deadLetterBatch(delivery: Delivery, errorOf: (index: number) => unknown): RecordBatch {
  const { batch, selection, length } = delivery
  const column = (): Int32Array => new Int32Array(length)
  const [keyStart, keyEnd, valueStart, valueEnd] = [column(), column(), column(), column()]
  const offsets = new Float64Array(length)
  const timestamps = new Float64Array(length)
  const cursor = new RecordCursor(batch)
  const letters: DeadLetter[] = []
  const parts: Uint8Array[] = []
  let size = 0
  const append = (bytes: Uint8Array): number => {
    parts.push(bytes)
    return (size += bytes.length)
  }
  for (let row = 0; row < length; row += 1) {
    cursor.moveTo(selection.indices[selection.start + row] as number)
    const letter = deadLetter(cursor, delivery, errorOf(cursor.index))
    letters.push(letter)
    offsets[row] = cursor.offset
    timestamps[row] = cursor.timestamp
    keyStart[row] = cursor.key ? size : -1
    keyEnd[row] = cursor.key ? append(cursor.key) : -1
    valueStart[row] = size
    valueEnd[row] = append(Buffer.from(JSON.stringify(letter)))
  }
  const none = column().fill(-1)
  return new RecordBatch(
    {
      topic: batch.topic,
      partition: batch.partition,
      length,
      nextOffset: (offsets[length - 1] as number) + 1,
      bytes: Buffer.concat(parts, size),
      keyStart,
      keyEnd,
      valueStart,
      valueEnd,
      offsets,
      timestamps,
      headersStart: none,
      headersEnd: none,
    },
    letters,
  )
}

function deadLetter(cursor: RecordCursor, { attempts, fence }: Delivery, error: unknown): DeadLetter {
  const { topic, partition } = cursor.batch
  const key = asText(cursor.key)
  const value = asText(cursor.value)
  return {
    topic,
    partition,
    offset: cursor.offset,
    key: key.text,
    ...(key.isBase64 && { keyEncoding: 'base64' }),
    value: value.text,
    ...(value.isBase64 && { valueEncoding: 'base64' }),
    timestamp: cursor.timestamp,
    error: { code: codeOf(error), message: messageOf(error) },
    attempts,
    worker: fence.worker,
    token: fence.token.toString(),
  }
}

function asText(bytes: Uint8Array | undefined): { readonly text: string | null; readonly isBase64: boolean } {
  if (!bytes) return { text: null, isBase64: false }
  const isBase64 = !isUtf8(bytes)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return { text: buffer.toString(isBase64 ? 'base64' : 'utf8'), isBase64 }
}

function codeOf(error: unknown): string {
  if (isRingkeeperError(error)) return error.code
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown }
  return typeof code === 'string' ? code : 'UNKNOWN'
}
