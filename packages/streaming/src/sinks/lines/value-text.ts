import type { RecordBatch } from '@ringkeeper/core'
import { utf8Text } from '../../codecs/utf8.ts'

/** The value of a record as JSON on one line, and its encoding where that is not plain. */
export interface ValueText {
  readonly text: string
  /** True when the text is base64, because the value is not UTF-8. */
  readonly isBase64: boolean
}

const absent: ValueText = { text: 'null', isBase64: false }

/**
 * The value as a JSON value: as it stands when the codec has found it to be JSON, what another codec made of it, else as
 * a string.
 */
export function jsonValue(batch: RecordBatch, index: number, isJson: boolean): ValueText {
  const start = batch.valueStart[index] as number
  if (start < 0) return absent
  const end = batch.valueEnd[index] as number
  if (isJson) return { text: oneLine(utf8Text(batch.bytes, start, end) as string), isBase64: false }
  const decoded = batch.decoded?.[index]
  if (decoded !== undefined && !(decoded instanceof Uint8Array)) return { text: jsonText(decoded), isBase64: false }
  return jsonString(batch.bytes, start, end)
}

/** Bytes as a JSON string: UTF-8 text as it is, anything else in base64. */
export function jsonString(bytes: Uint8Array, start: number, end: number): ValueText {
  const text = utf8Text(bytes, start, end)
  if (text !== undefined) return { text: JSON.stringify(text), isBase64: false }
  return {
    text: `"${Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('base64')}"`,
    isBase64: true,
  }
}

/** In JSON a line break can only be space between tokens. */
export function oneLine(json: string): string {
  return json.includes('\n') || json.includes('\r') ? json.replaceAll(/[\r\n]+/g, ' ') : json
}

function jsonText(value: unknown): string {
  const plain = (_: string, part: unknown): unknown => (typeof part === 'bigint' ? part.toString() : part)
  return JSON.stringify(value, plain) ?? 'null'
}
