import type { Key } from '@ringkeeper/core'
import { hashingErrors } from '../errors.ts'
import { hashKey } from './bytes.ts'
import { readWord, toBigint } from './integers.ts'

/**
 * SipHash-1-3, as an unsigned bigint: a keyed hash. Who does not know the key cannot choose keys that collide, so use it
 * where keys come from people who might aim at one node. All members of a cluster must share the secret.
 *
 * Strings hash as UTF-8, numbers and bigints as 8 bytes little-endian.
 *
 * @param data - what to hash
 * @param key - the secret, 16 bytes
 * @throws RK_HASHING_BAD_OPTION for a key of another length
 * @example
 * ```ts
 * const key = new TextEncoder().encode('16 secret bytes!') // better: crypto.getRandomValues(new Uint8Array(16))
 * sipHash13('user:42', key) // 6152280436164313323n
 * ```
 * @see J.-P. Aumasson and D. J. Bernstein, SipHash: a fast short-input PRF, 2012
 */
export function sipHash13(data: Key, key: Uint8Array): bigint {
  return toBigint(hashKey(data, sipKeyOf(key, 1, 3), sipHashRange), upper[0]!)
}

/**
 * SipHash-2-4, the variant of the paper: like {@link sipHash13}, with more rounds and so slower. Choose it to agree with
 * other programs.
 *
 * @param data - what to hash
 * @param key - the secret, 16 bytes
 * @throws RK_HASHING_BAD_OPTION for a key of another length
 * @example
 * ```ts
 * const key = new TextEncoder().encode('16 secret bytes!')
 * sipHash24('user:42', key) // 6672797564972019711n
 * ```
 */
export function sipHash24(data: Key, key: Uint8Array): bigint {
  return toBigint(hashKey(data, sipKeyOf(key, 2, 4), sipHashRange), upper[0]!)
}

/** A secret as words, and how many rounds it is used with. */
export interface SipKey {
  readonly words: Int32Array
  readonly perWord: number
  readonly atEnd: number
}

/** Reads a secret; what is done to its bytes afterwards has no effect. */
export function sipKeyOf(key: Uint8Array, perWord: number, atEnd: number): SipKey {
  if (!(key instanceof Uint8Array) || key.length !== 16) {
    // Not the value: a secret has no place in a log.
    const value = key instanceof Uint8Array ? `${key.length} bytes` : `a ${typeof key}`
    throw hashingErrors.BAD_OPTION({ option: 'key', value, expected: 'a Uint8Array of 16 bytes' })
  }
  return { words: Int32Array.from([0, 4, 8, 12], (at) => readWord(key, at)), perWord, atEnd }
}

/** The lower 32 bits of SipHash-1-3, signed: what a keyed ring places keys by. */
export function sipHashLow(data: Key, key: SipKey): number {
  return hashKey(data, key, sipHashRange)
}

// The upper 32 bits of the last hash, so that nothing is allocated for who needs the lower ones alone.
const upper = /* @__PURE__ */ new Int32Array(1)

/** SipHash of `bytes[start, end)`: gives the lower 32 bits, signed. */
export function sipHashRange(bytes: Uint8Array, { words, perWord, atEnd }: SipKey, start: number, end: number): number {
  // v0 to v3, each as its lower and upper half
  let aLow = words[0]! ^ 0x70736575
  let aHigh = words[1]! ^ 0x736f6d65
  let bLow = words[2]! ^ 0x6e646f6d
  let bHigh = words[3]! ^ 0x646f7261
  let cLow = words[0]! ^ 0x6e657261
  let cHigh = words[1]! ^ 0x6c796765
  let dLow = words[2]! ^ 0x79746573
  let dHigh = words[3]! ^ 0x74656462
  const length = (end - start) | 0
  const last = length >> 3
  for (let index = 0, at = start | 0; index <= last + 1; index++, at = (at + 8) | 0) {
    let low = 0
    let high = 0
    let rounds = perWord
    if (index < last) {
      low = readWord(bytes, at)
      high = readWord(bytes, at + 4)
    } else if (index === last) {
      // What is left, and the length in the topmost byte.
      high = length << 24
      for (let i = at, shift = 0; i < end; i++, shift += 8) {
        if (shift < 32) low |= bytes[i]! << shift
        else high |= bytes[i]! << (shift - 32)
      }
    } else {
      cLow ^= 0xff
      rounds = atEnd
    }
    dLow ^= low
    dHigh ^= high
    for (let round = 0; round < rounds; round++) {
      // Four times: x += y; y = rotate(y) ^ x. In between, halves change places where 64 bits are rotated by 32.
      let sum = (aLow + bLow) | 0
      let sumHigh = (aHigh + bHigh + carry(aLow, bLow, sum)) | 0
      let turned = (bLow << 13) | (bHigh >>> 19)
      bHigh = ((bHigh << 13) | (bLow >>> 19)) ^ sumHigh
      bLow = turned ^ sum
      aLow = sumHigh
      aHigh = sum

      sum = (cLow + dLow) | 0
      sumHigh = (cHigh + dHigh + carry(cLow, dLow, sum)) | 0
      turned = (dLow << 16) | (dHigh >>> 16)
      dHigh = ((dHigh << 16) | (dLow >>> 16)) ^ sumHigh
      dLow = turned ^ sum
      cLow = sum
      cHigh = sumHigh

      sum = (aLow + dLow) | 0
      sumHigh = (aHigh + dHigh + carry(aLow, dLow, sum)) | 0
      turned = (dLow << 21) | (dHigh >>> 11)
      dHigh = ((dHigh << 21) | (dLow >>> 11)) ^ sumHigh
      dLow = turned ^ sum
      aLow = sum
      aHigh = sumHigh

      sum = (cLow + bLow) | 0
      sumHigh = (cHigh + bHigh + carry(cLow, bLow, sum)) | 0
      turned = (bLow << 17) | (bHigh >>> 15)
      bHigh = ((bHigh << 17) | (bLow >>> 15)) ^ sumHigh
      bLow = turned ^ sum
      cLow = sumHigh
      cHigh = sum
    }
    aLow ^= low
    aHigh ^= high
  }
  upper[0] = aHigh ^ bHigh ^ cHigh ^ dHigh
  return aLow ^ bLow ^ cLow ^ dLow
}

/** 1 where adding two numbers, taken as unsigned, gave `sum` and wrapped around; else 0. Without a branch. */
function carry(a: number, b: number, sum: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31
}
