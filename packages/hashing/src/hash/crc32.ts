import type { Key } from '@ringkeeper/core'
import { hashKey } from './bytes.ts'

/**
 * CRC-32 as in zip and Ethernet, unsigned: what librdkafka's default partitioner hashes with.
 *
 * Strings hash as UTF-8, numbers and bigints as 8 bytes little-endian.
 *
 * @param data - what to hash
 * @param start - with bytes: where to begin, 0 by default
 * @param end - with bytes: where to stop, exclusive, the length by default
 * @example
 * ```ts
 * crc32('123456789') // 3421780262
 * ```
 */
export function crc32(data: Key, start?: number, end?: number): number {
  if (data instanceof Uint8Array) return overRange(data, 0, start ?? 0, end ?? data.length)
  return hashKey(data, 0, overRange)
}

// Four tables, so that one step takes in four bytes: table k is the effect of a byte that k more bytes follow.
const tables = /* @__PURE__ */ makeTables()

function makeTables(): Int32Array {
  const made = new Int32Array(1024)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
    made[byte] = crc
  }
  for (let i = 256; i < 1024; i++) made[i] = (made[i - 256]! >>> 8) ^ made[made[i - 256]! & 255]!
  return made
}

function overRange(bytes: Uint8Array, _seed: number, start: number, end: number): number {
  let crc = -1
  let i = start
  for (const last = end - 4; i <= last; i += 4) {
    crc =
      tables[768 + ((crc ^ bytes[i]!) & 255)]! ^
      tables[512 + (((crc >>> 8) ^ bytes[i + 1]!) & 255)]! ^
      tables[256 + (((crc >>> 16) ^ bytes[i + 2]!) & 255)]! ^
      tables[(crc >>> 24) ^ bytes[i + 3]!]!
  }
  for (; i < end; i++) crc = (crc >>> 8) ^ tables[(crc ^ bytes[i]!) & 255]!
  return ~crc >>> 0
}
