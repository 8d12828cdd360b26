import type { Key } from '@ringkeeper/core'
import { hashingErrors } from '../errors.ts'
import { highHalf, isInteger64, lowHalf } from '../integer-key.ts'
import { hashKey } from './bytes.ts'
import { carryOf, multiplyHigh, readWord, toBigint } from './integers.ts'

// The five primes of the specification, as halves.
const P1L = 0x85ebca87
const P1H = 0x9e3779b1
const P2L = 0x27d4eb4f
const P2H = 0xc2b2ae3d
const P3L = 0x9e3779f9
const P3H = 0x165667b1
const P4L = 0xc2b2ae63
const P4H = 0x85ebca77
const P5L = 0x165667c5
const P5H = 0x27d4eb2f

/** A 64-bit value as `[low, high]`. */
export type Halves = Int32Array

const result: Halves = /* @__PURE__ */ new Int32Array(2)
const seedHalves: Halves = /* @__PURE__ */ new Int32Array(2)

/**
 * xxHash's 64-bit function, as an unsigned bigint.
 *
 * Strings hash as UTF-8, numbers and bigints as 8 bytes little-endian.
 *
 * @param data - what to hash
 * @param seed - another seed gives another, unrelated hash; 0 by default; a bigint where it has more than 53 bits
 * @param start - with bytes: where to begin, 0 by default
 * @param end - with bytes: where to stop, exclusive, the length by default
 * @example
 * ```ts
 * xxh64('') // 17241709254077376921n
 * ```
 * @see https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
 */
export function xxh64(data: Key, seed: number | bigint = 0, start?: number, end?: number): bigint {
  splitSeed(seed)
  if (data instanceof Uint8Array) xxh64Range(data, seedHalves, start ?? 0, end ?? data.length)
  else hashKey(data, seedHalves, xxh64Range)
  return toBigint(result[0]!, result[1]!)
}

const noSeed: Halves = /* @__PURE__ */ new Int32Array(2)

/** {@link xxh64} with seed 0 as halves that hold until the next call, without a bigint. */
export function xxh64Halves(data: Key): Halves {
  return hashKey(data, noSeed, xxh64Range)
}

function splitSeed(seed: number | bigint): void {
  if (!isInteger64(seed)) {
    const expected = 'a safe integer or a bigint of at most 64 bits'
    throw hashingErrors.BAD_OPTION({ option: 'seed', value: seed, expected })
  }
  seedHalves[0] = lowHalf(seed)
  seedHalves[1] = highHalf(seed)
}

/** {@link xxh64Halves} of `bytes[start, end)` with a seed. */
function xxh64Range(bytes: Uint8Array, seed: Halves, start: number, end: number): Halves {
  const length = end - start
  let i = start
  let low: number
  let high: number
  if (length >= 32) {
    i = stripes(bytes, seed, start, end)
    low = result[0]!
    high = result[1]!
  } else {
    low = (seed[0]! + P5L) | 0
    high = (seed[1]! + P5H + carryOf(low, P5L)) | 0
  }
  low = (low + length) | 0
  high = (high + carryOf(low, length)) | 0
  for (; i + 8 <= end; i += 8) {
    round(0, 0, readWord(bytes, i), readWord(bytes, i + 4))
    low ^= result[0]!
    high ^= result[1]!
    // rotate by 27, times P1, plus P4
    const turned = (low << 27) | (high >>> 5)
    const turnedHigh = (high << 27) | (low >>> 5)
    low = (Math.imul(turned, P1L) + P4L) | 0
    high = (timesHigh(turned, turnedHigh, P1L, P1H) + P4H + carryOf(low, P4L)) | 0
  }
  if (i + 4 <= end) {
    const word = readWord(bytes, i)
    low ^= Math.imul(word, P1L)
    high ^= timesHigh(word, 0, P1L, P1H)
    // rotate by 23, times P2, plus P3
    const turned = (low << 23) | (high >>> 9)
    const turnedHigh = (high << 23) | (low >>> 9)
    low = (Math.imul(turned, P2L) + P3L) | 0
    high = (timesHigh(turned, turnedHigh, P2L, P2H) + P3H + carryOf(low, P3L)) | 0
    i += 4
  }
  for (; i < end; i++) {
    const byte = bytes[i]!
    low ^= Math.imul(byte, P5L)
    high ^= timesHigh(byte, 0, P5L, P5H)
    // rotate by 11, times P1
    const turned = (low << 11) | (high >>> 21)
    const turnedHigh = (high << 11) | (low >>> 21)
    low = Math.imul(turned, P1L)
    high = timesHigh(turned, turnedHigh, P1L, P1H)
  }
  return avalanche(low, high)
}

function avalanche(low: number, high: number): Halves {
  const a = low ^ (high >>> 1)
  const b = Math.imul(a, P2L)
  const bHigh = timesHigh(a, high, P2L, P2H)
  const c = b ^ ((b >>> 29) | (bHigh << 3))
  const cHigh = bHigh ^ (bHigh >>> 29)
  const d = Math.imul(c, P3L)
  const dHigh = timesHigh(c, cHigh, P3L, P3H)
  result[0] = d ^ dHigh
  result[1] = dHigh
  return result
}

/** The upper half of a 64-bit product; the lower is Math.imul of the lower halves. */
function timesHigh(low: number, high: number, byLow: number, byHigh: number): number {
  return (multiplyHigh(low, byLow) + Math.imul(low, byHigh) + Math.imul(high, byLow)) | 0
}

/** Leaves in `result` the lane after it took in one 64-bit word: rotate by 31 of (lane + word * P2), times P1. */
function round(laneLow: number, laneHigh: number, low: number, high: number): void {
  const product = Math.imul(low, P2L)
  const sum = (laneLow + product) | 0
  const sumHigh = (laneHigh + timesHigh(low, high, P2L, P2H) + carryOf(sum, product)) | 0
  const turned = (sum << 31) | (sumHigh >>> 1)
  const turnedHigh = (sumHigh << 31) | (sum >>> 1)
  result[0] = Math.imul(turned, P1L)
  result[1] = timesHigh(turned, turnedHigh, P1L, P1H)
}

const lanes = /* @__PURE__ */ new Int32Array(8)
const ROTATIONS = [1, 7, 12, 18] as const

/** Takes in whole stripes of 32 bytes, leaves the combined lanes in `result` and returns where the rest begins. */
function stripes(bytes: Uint8Array, seed: Halves, start: number, end: number): number {
  startLanes(seed[0]!, seed[1]!)
  let i = start
  for (const last = end - 32; i <= last; i += 32) {
    for (let lane = 0; lane < 8; lane += 2) {
      const at = i + lane * 4
      round(lanes[lane]!, lanes[lane + 1]!, readWord(bytes, at), readWord(bytes, at + 4))
      lanes[lane] = result[0]!
      lanes[lane + 1] = result[1]!
    }
  }
  let low = 0
  let high = 0
  for (let lane = 0; lane < 4; lane++) {
    const by = ROTATIONS[lane]!
    const laneLow = lanes[lane * 2]!
    const laneHigh = lanes[lane * 2 + 1]!
    const turned = (laneLow << by) | (laneHigh >>> (32 - by))
    low = (low + turned) | 0
    high = (high + ((laneHigh << by) | (laneLow >>> (32 - by))) + carryOf(low, turned)) | 0
  }
  for (let lane = 0; lane < 8; lane += 2) {
    round(0, 0, lanes[lane]!, lanes[lane + 1]!)
    const mixed = low ^ result[0]!
    const mixedHigh = high ^ result[1]!
    low = (Math.imul(mixed, P1L) + P4L) | 0
    high = (timesHigh(mixed, mixedHigh, P1L, P1H) + P4H + carryOf(low, P4L)) | 0
  }
  result[0] = low
  result[1] = high
  return i
}

/** seed + P1 + P2, seed + P2, seed, seed - P1 */
function startLanes(low: number, high: number): void {
  lanes[4] = low
  lanes[5] = high
  lanes[2] = low + P2L
  lanes[3] = high + P2H + carryOf((low + P2L) | 0, P2L)
  lanes[0] = lanes[2]! + P1L
  lanes[1] = lanes[3]! + P1H + carryOf(lanes[0]!, P1L)
  lanes[6] = low - P1L
  lanes[7] = high - P1H - (low >>> 0 < P1L ? 1 : 0)
}
