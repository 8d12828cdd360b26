import type { Key } from '@ringkeeper/core'
import { hashingErrors } from '../errors.ts'
import { hashKey } from './bytes.ts'
import { carryOf, readWord, toBigint } from './integers.ts'

/**
 * SipHash-1-3, as an unsigned bigint: a keyed hash. Who does not know the key cannot choose keys that collide, so use it
 * where keys come from people who might aim at one node. All members of a cluster must share the secret.
 *
 * Strings hash as UTF-8, numbers and bigints as 8 bytes little-endian.
 *
 * @param data - what to hash
 * @param key - the secret, 16 bytes
 * @throws RK_HASHING_BAD_OPTION for a key of another length
 * @see J.-P. Aumasson and D. J. Bernstein, SipHash: a fast short-input PRF, 2012
 */
export function sipHash13(data: Key, key: Uint8Array): bigint {
  return sipHash(data, key, 1, 3)
}

/** SipHash-2-4, the variant of the paper: like {@link sipHash13}, with more rounds and so slower. */
export function sipHash24(data: Key, key: Uint8Array): bigint {
  return sipHash(data, key, 2, 4)
}

// v0 to v3, each as a low and a high half
const v = /* @__PURE__ */ new Int32Array(8)

function sipHash(data: Key, key: Uint8Array, perWord: number, atEnd: number): bigint {
  if (!(key instanceof Uint8Array) || key.length !== 16) {
    throw hashingErrors.BAD_OPTION({ option: 'key', value: key, expected: 'a Uint8Array of 16 bytes' })
  }
  v.set([0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462])
  for (let i = 0; i < 8; i++) v[i]! ^= readWord(key, (i & 3) * 4)
  hashKey(data, perWord, takeWords)
  v[4]! ^= 0xff
  rounds(atEnd)
  return toBigint(v[0]! ^ v[2]! ^ v[4]! ^ v[6]!, v[1]! ^ v[3]! ^ v[5]! ^ v[7]!)
}

function takeWords(bytes: Uint8Array, perWord: number, start: number, end: number): void {
  let i = start
  for (const last = end - 8; i <= last; i += 8) takeWord(readWord(bytes, i), readWord(bytes, i + 4), perWord)
  // What is left, and the length in the topmost byte.
  let low = 0
  let high = (end - start) << 24
  for (let shift = 0; i < end; i++, shift += 8) {
    if (shift < 32) low |= bytes[i]! << shift
    else high |= bytes[i]! << (shift - 32)
  }
  takeWord(low, high, perWord)
}

function takeWord(low: number, high: number, perWord: number): void {
  v[6]! ^= low
  v[7]! ^= high
  rounds(perWord)
  v[0]! ^= low
  v[1]! ^= high
}

function rounds(count: number): void {
  for (let round = 0; round < count; round++) {
    mix(0, 2, 13)
    turnHalf(0)
    mix(4, 6, 16)
    mix(0, 6, 21)
    mix(4, 2, 17)
    turnHalf(4)
  }
}

/** a += b; b = rotate(b, by) ^ a */
function mix(a: number, b: number, by: number): void {
  const low = v[b]!
  const high = v[b + 1]!
  const sum = (v[a]! + low) | 0
  const sumHigh = (v[a + 1]! + high + carryOf(sum, low)) | 0
  v[a] = sum
  v[a + 1] = sumHigh
  v[b] = ((low << by) | (high >>> (32 - by))) ^ sum
  v[b + 1] = ((high << by) | (low >>> (32 - by))) ^ sumHigh
}

/** Rotates by 32. */
function turnHalf(a: number): void {
  const low = v[a]!
  v[a] = v[a + 1]!
  v[a + 1] = low
}
