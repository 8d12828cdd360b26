import type { Key } from '@ringkeeper/core'
import { hashingErrors } from '../errors.ts'
import { isInteger64 } from '../integer-key.ts'

/**
 * Up to this many characters a string is hashed without allocating. Above it the engine's own encoder is faster than
 * reading one character at a time, although it makes a small object.
 */
export const SHORT_TEXT = 64

// Every hash function is synchronous and reads the scratch before it returns, so one is enough for all of them.
const scratch = /* @__PURE__ */ new Uint8Array(12_288)
const scratchView = /* @__PURE__ */ new DataView(scratch.buffer)
const encoder = /* @__PURE__ */ new TextEncoder()

/** Whether bytes are the scratch, which {@link scratchWord} reads faster. */
export function isScratch(bytes: Uint8Array): boolean {
  return bytes === scratch
}

/** The four bytes of the scratch from `at` on as a little-endian 32-bit number, signed. */
export function scratchWord(at: number): number {
  return scratchView.getInt32(at, true)
}

/** A hash function over `bytes[start, end)`. */
export type HashBytes<Seed, Result> = (bytes: Uint8Array, seed: Seed, start: number, end: number) => Result

/** Hashes the UTF-8 bytes of any text; lone surrogates count as EF BF BD. */
export function hashText<Seed, Result>(text: string, seed: Seed, hashBytes: HashBytes<Seed, Result>): Result {
  if (text.length <= SHORT_TEXT) return hashBytes(scratch, seed, 0, writeUtf8(text))
  if (text.length * 3 <= scratch.length) return hashBytes(scratch, seed, 0, encoder.encodeInto(text, scratch).written)
  const bytes = encoder.encode(text)
  return hashBytes(bytes, seed, 0, bytes.length)
}

/** Hashes an integer as 8 bytes, little-endian; a number and the bigint of the same value alike. */
export function hashInteger<Seed, Result>(
  key: number | bigint,
  seed: Seed,
  hashBytes: HashBytes<Seed, Result>,
): Result {
  if (!isInteger64(key)) {
    const expected = 'a string, a Uint8Array, a safe integer or a bigint of at most 64 bits'
    throw hashingErrors.BAD_KEY({ key, expected })
  }
  if (typeof key === 'number') {
    scratchView.setInt32(0, key | 0, true)
    scratchView.setInt32(4, Math.floor(key / 0x1_0000_0000), true)
  } else {
    scratchView.setBigUint64(0, key, true)
  }
  return hashBytes(scratch, seed, 0, 8)
}

/** Hashes any key; the way for hash functions that have no faster one for strings. */
export function hashKey<Seed, Result>(key: Key, seed: Seed, hashBytes: HashBytes<Seed, Result>): Result {
  if (typeof key === 'string') return hashText(key, seed, hashBytes)
  if (key instanceof Uint8Array) return hashBytes(key, seed, 0, key.length)
  return hashInteger(key, seed, hashBytes)
}

/** Writes short text to the scratch as UTF-8 and says how many bytes it takes. */
function writeUtf8(text: string): number {
  let at = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      scratch[at++] = code
      continue
    }
    if (code < 0x800) {
      scratch[at++] = 0xc0 | (code >> 6)
    } else {
      if (code >= 0xd800 && code < 0xe000) {
        const low = code < 0xdc00 ? text.charCodeAt(i + 1) : 0
        if (low >= 0xdc00 && low < 0xe000) {
          i++
          code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00)
          scratch[at++] = 0xf0 | (code >> 18)
          scratch[at++] = 0x80 | ((code >> 12) & 63)
          scratch[at++] = 0x80 | ((code >> 6) & 63)
          scratch[at++] = 0x80 | (code & 63)
          continue
        }
        code = 0xfffd
      }
      scratch[at++] = 0xe0 | (code >> 12)
      scratch[at++] = 0x80 | ((code >> 6) & 63)
    }
    scratch[at++] = 0x80 | (code & 63)
  }
  return at
}
