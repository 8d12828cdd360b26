import type { DecodeColumns } from './record-columns.ts'

/** The records of one batch, uncompressed, and what its header says about them. */
export interface RecordsBlock {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  readonly count: number
  readonly baseOffset: number
  /** The time of all records where the broker set it; else the one from which theirs are counted. */
  readonly timestamp: number
  readonly isLogAppendTime: boolean
}

/** Returned by {@link readRecords} for bytes that are no records. */
export const CORRUPT = -1

/** So many bytes are brought near at a time, a line of the processor's cache with each step. */
const STRETCH = 1024
const LINE = 64

/**
 * Reads the records of one batch into columns, from row `row` on, and returns the row after the last one, or
 * {@link CORRUPT}. Records below `from` are left out. `shift` is added to the positions that are stored.
 *
 *     length          varint
 *     attributes      int8
 *     timestampDelta  varlong
 *     offsetDelta     varint
 *     key             varint length (-1: none) and bytes
 *     value           varint length (-1: a tombstone) and bytes
 *     headers         varint count, then key and value pairs
 *
 * All varints are zigzag. This is the hot loop of the source: the varints are read in place, nothing is allocated. Where a
 * record begins is known only when the one before it was read, so the processor would wait for memory at each of them: the
 * bytes of short records are brought near by reads that wait for nothing.
 */
export function readRecords(
  block: RecordsBlock,
  columns: DecodeColumns,
  row: number,
  from: number,
  shift: number,
): number {
  const { bytes, end, count, baseOffset, timestamp, isLogAppendTime } = block
  const { offsets, timestamps, keyStart, keyEnd, valueStart, valueEnd, headersStart, headersEnd } = columns
  let at = block.start
  let next = row
  let near = at
  let isNear = 0
  for (let left = count; left > 0; left -= 1) {
    if (at >= near) {
      // Of long records only the beginnings are needed.
      const isLong = at - near > STRETCH / 2
      near = Math.min(at + STRETCH, end)
      if (!isLong) for (let line = at; line < near; line += LINE) isNear |= bytes[line]!
    }
    let byte = bytes[at++]!
    let raw = byte & 0x7f
    for (let bits = 7; byte > 0x7f && bits < 35; bits += 7) {
      byte = bytes[at++]!
      raw |= (byte & 0x7f) << bits
    }
    const recordEnd = at + ((raw >>> 1) ^ -(raw & 1))
    if (!(recordEnd <= end && recordEnd >= at + 6)) return CORRUPT
    at += 1

    byte = bytes[at++]!
    raw = byte & 0x7f
    for (let bits = 7; byte > 0x7f && bits < 28; bits += 7) {
      byte = bytes[at++]!
      raw |= (byte & 0x7f) << bits
    }
    let timestampDelta = (raw >>> 1) ^ -(raw & 1)
    if (byte > 0x7f) {
      timestampDelta = longDelta(bytes, raw, at, recordEnd)
      // Again, over what that has read: a pair of results would have to be allocated.
      while (at < recordEnd && bytes[at++]! > 0x7f);
    }

    byte = bytes[at++]!
    raw = byte & 0x7f
    for (let bits = 7; byte > 0x7f && bits < 35; bits += 7) {
      byte = bytes[at++]!
      raw |= (byte & 0x7f) << bits
    }
    const offset = baseOffset + ((raw >>> 1) ^ -(raw & 1))

    byte = bytes[at++]!
    raw = byte & 0x7f
    for (let bits = 7; byte > 0x7f && bits < 35; bits += 7) {
      byte = bytes[at++]!
      raw |= (byte & 0x7f) << bits
    }
    const keyLength = (raw >>> 1) ^ -(raw & 1)
    const keyAt = at
    if (keyLength > 0) at += keyLength
    if (at >= recordEnd) return CORRUPT

    byte = bytes[at++]!
    raw = byte & 0x7f
    for (let bits = 7; byte > 0x7f && bits < 35; bits += 7) {
      byte = bytes[at++]!
      raw |= (byte & 0x7f) << bits
    }
    const valueLength = (raw >>> 1) ^ -(raw & 1)
    const valueAt = at
    if (valueLength > 0) at += valueLength
    // At least the count of headers follows; without headers nothing else does.
    const hasHeaders = bytes[at] !== 0
    if (at >= recordEnd || (!hasHeaders && at + 1 !== recordEnd)) return CORRUPT

    if (offset >= from) {
      offsets[next] = offset
      timestamps[next] = isLogAppendTime ? timestamp : timestamp + timestampDelta
      keyStart[next] = keyLength < 0 ? -1 : keyAt + shift
      keyEnd[next] = keyLength < 0 ? -1 : keyAt + keyLength + shift
      valueStart[next] = valueLength < 0 ? -1 : valueAt + shift
      valueEnd[next] = valueLength < 0 ? -1 : valueAt + valueLength + shift
      headersStart[next] = hasHeaders ? at + shift : -1
      headersEnd[next] = hasHeaders ? recordEnd + shift : -1
      next += 1
    }
    at = recordEnd
  }
  // What was read to bring it near must be used, or the compiler leaves the reads out.
  return at === end && isNear !== 0x100 ? next : CORRUPT
}

/** A zigzag varint of more than 28 bits: more than a day and a half from the time that the batch names. */
function longDelta(bytes: Uint8Array, low: number, from: number, end: number): number {
  let raw = low
  let factor = 2 ** 28
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at]!
    raw += (byte & 0x7f) * factor
    if (byte <= 0x7f) break
    factor *= 0x80
  }
  return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
}
