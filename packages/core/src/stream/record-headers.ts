import type { RecordHeader } from './record-batch.ts'
import { streamErrors } from './errors.ts'

/** Reads the headers of one record from Kafka's encoding: count, then per header key and value, lengths as zigzag varints. */
export function decodeHeaders(bytes: Uint8Array, start: number, end: number): RecordHeader[] {
  const decoder = new TextDecoder()
  let position = start
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (position >= end) break
      const byte = bytes[position] as number
      position += 1
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
    }
    throw streamErrors.BAD_HEADERS({ position })
  }
  const take = (length: number): Uint8Array => {
    if (length < 0 || position + length > end) throw streamErrors.BAD_HEADERS({ position })
    position += length
    return bytes.subarray(position - length, position)
  }
  const headers: RecordHeader[] = []
  for (let left = varint(); left > 0; left -= 1) {
    const key = decoder.decode(take(varint()))
    const length = varint()
    headers.push({ key, value: length < 0 ? undefined : take(length) })
  }
  return headers
}

/** Writes headers in the encoding that {@link decodeHeaders} reads. */
export function encodeHeaders(headers: readonly RecordHeader[]): Uint8Array {
  const encoder = new TextEncoder()
  const out: number[] = []
  const varint = (value: number): void => {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0
    for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80)
    out.push(rest)
  }
  varint(headers.length)
  for (const { key, value } of headers) {
    const name = encoder.encode(key)
    varint(name.length)
    for (const byte of name) out.push(byte)
    varint(value === undefined ? -1 : value.length)
    if (value) for (const byte of value) out.push(byte)
  }
  return Uint8Array.from(out)
}
