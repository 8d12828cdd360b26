import { compileFold, WINDOW } from './crc32c-fold.ts'

const POLYNOMIAL = 0x82f63b78

/** Sixteen tables of 256 entries in one array: table k says what a byte does that has k bytes after it. */
function makeTables(): Int32Array {
  const tables = new Int32Array(16 * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    tables[byte] = crc
  }
  for (let at = 256; at < tables.length; at += 1) {
    const before = tables[at - 256] as number
    tables[at] = (before >>> 8) ^ (tables[before & 0xff] as number)
  }
  return tables
}

const tables = /* @__PURE__ */ makeTables()

const isLittleEndian = /* @__PURE__ */ new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** From so many bytes on folding is faster than the tables alone. */
const LONG = 8 * 1024

const fold = /* @__PURE__ */ compileFold()

/** CRC-32C (Castagnoli) of `bytes[start, end)`, as Kafka puts it into record batches; an unsigned number. */
export function crc32c(bytes: Uint8Array, start: number, end: number): number {
  if (!fold || end - start < LONG) return ~registerAfter(-1, bytes, start, end) >>> 0
  return ~registerAfter(0, fold(bytes, start, end), 0, WINDOW) >>> 0
}

/**
 * What becomes of the register over some bytes. Sixteen bytes a step, read as four words: reading them one by one takes
 * nearly twice as long.
 */
export function registerAfter(from: number, bytes: Uint8Array, start: number, end: number): number {
  if (!isLittleEndian || end - start < 32) return singly(from, bytes, start, end)
  const t = tables
  const { buffer, byteOffset } = bytes
  const firstWord = start + (-(byteOffset + start) & 3)
  let crc = singly(from, bytes, start, firstWord)
  const words = new Int32Array(buffer, byteOffset + firstWord, (end - firstWord) >> 2)
  const last = words.length - 3
  let at = 0
  for (; at < last; at += 4) {
    const a = crc ^ words[at]!
    const b = words[at + 1]!
    const c = words[at + 2]!
    const d = words[at + 3]!
    crc =
      t[3840 + (a & 0xff)]! ^
      t[3584 + ((a >>> 8) & 0xff)]! ^
      t[3328 + ((a >>> 16) & 0xff)]! ^
      t[3072 + (a >>> 24)]! ^
      t[2816 + (b & 0xff)]! ^
      t[2560 + ((b >>> 8) & 0xff)]! ^
      t[2304 + ((b >>> 16) & 0xff)]! ^
      t[2048 + (b >>> 24)]! ^
      t[1792 + (c & 0xff)]! ^
      t[1536 + ((c >>> 8) & 0xff)]! ^
      t[1280 + ((c >>> 16) & 0xff)]! ^
      t[1024 + (c >>> 24)]! ^
      t[768 + (d & 0xff)]! ^
      t[512 + ((d >>> 8) & 0xff)]! ^
      t[256 + ((d >>> 16) & 0xff)]! ^
      t[d >>> 24]!
  }
  return singly(crc, bytes, firstWord + 4 * at, end)
}

function singly(from: number, bytes: Uint8Array, start: number, end: number): number {
  let crc = from
  for (let at = start; at < end; at += 1) crc = tables[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8)
  return crc
}
