import type { Key } from '@ringkeeper/core'
import { checkSeed } from '../check.ts'
import { hashInteger, hashText, isScratch, scratchWord, SHORT_TEXT } from './bytes.ts'
import { readWord } from './integers.ts'
import type { KeyRanges } from './key-ranges.ts'
import { compileMurmur3 } from './murmur3-wasm.ts'

const C1 = 0xcc9e2d51
const C2 = 0x1b873593

/**
 * MurmurHash3_x86_32, unsigned: a good 32-bit hash for anything that no one attacks; the hash of the modern ring.
 *
 * Strings hash as UTF-8, numbers and bigints as 8 bytes little-endian.
 *
 * @param data - what to hash
 * @param seed - another seed gives another, unrelated hash; 0 by default
 * @param start - with bytes: where to begin, 0 by default
 * @param end - with bytes: where to stop, exclusive, the length by default
 * @example
 * ```ts
 * murmur3('hello') // 613153351
 * murmur3(buffer, 0, 12, 28) // 16 bytes of a larger buffer, without a copy
 * ```
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
export function murmur3(data: Key, seed = 0, start?: number, end?: number): number {
  checkSeed(seed)
  return murmur3Signed(data, seed, start, end) >>> 0
}

/**
 * {@link murmur3}, signed: what the routers use, because V8 keeps a signed 32-bit result in a register, but may put an
 * unsigned one above 2^31 on the heap.
 */
export function murmur3Signed(data: Key, seed: number, start?: number, end?: number): number {
  if (typeof data === 'string') return murmur3Text(data, seed)
  if (data instanceof Uint8Array) return murmur3Bytes(data, seed, start ?? 0, end ?? data.length)
  return hashInteger(data, seed, murmur3Bytes)
}

function murmur3Text(text: string, seed: number): number {
  return text.length > SHORT_TEXT ? murmur3Utf8(text, seed) : murmur3Short(text, seed)
}

const murmur3Short = /* @__PURE__ */ compileMurmur3(murmur3Utf8) ?? murmur3Characters

function murmur3Utf8(text: string, seed: number): number {
  return hashText(text, seed, murmur3Bytes)
}

/** For engines that cannot do it in WebAssembly. */
export function murmur3Characters(text: string, seed: number): number {
  const length = text.length
  let h = seed | 0
  let i = 0
  // Text is nearly always ASCII, so what it is made of is looked at once, at the end.
  let seen = 0
  for (const last = length - 3; i < last; i += 4) {
    const a = text.charCodeAt(i)
    const b = text.charCodeAt(i + 1)
    const c = text.charCodeAt(i + 2)
    const d = text.charCodeAt(i + 3)
    seen |= a | b | c | d
    h = mix(h, a | (b << 8) | (c << 16) | (d << 24))
  }
  if (i < length) {
    let tail = 0
    for (let shift = 0; i < length; i++, shift += 8) {
      const code = text.charCodeAt(i)
      seen |= code
      tail |= code << shift
    }
    h ^= scramble(tail)
  }
  return seen > 0x7f ? murmur3Utf8(text, seed) : murmurFinal(h ^ length)
}

/** {@link murmur3Signed} of `bytes[start, end)`, for callers that know that they have bytes. */
export function murmur3Bytes(bytes: Uint8Array, seed: number, start: number, end: number): number {
  let h = seed | 0
  let i = start | 0
  const last = end - 3
  // Text lies in the scratch, unless it is longer than that.
  if (isScratch(bytes)) for (; i < last; i = (i + 4) | 0) h = mix(h, scratchWord(i))
  else for (; i < last; i = (i + 4) | 0) h = mix(h, readWord(bytes, i))
  if (i < end) {
    let tail = bytes[i]!
    if (i + 1 < end) tail |= bytes[i + 1]! << 8
    if (i + 2 < end) tail |= bytes[i + 2]! << 16
    h ^= scramble(tail)
  }
  return murmurFinal(h ^ (end - start))
}

/** So many keys are brought near before they are hashed. */
const STRETCH = 64

/**
 * {@link murmur3Signed} of many ranges of bytes, into `hashes`; those with a start below 0 are left out. One view serves
 * for all, by which four bytes are read at once. Hashing takes so many steps that the processor does not see the next
 * keys in time, and would wait for memory at each: their first bytes are read beforehand.
 */
export function murmur3Ranges(
  bytes: Uint8Array,
  seed: number,
  { starts, ends, length }: KeyRanges,
  hashes: Uint32Array,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let near = 0
  for (let range = 0; range < length; range++) {
    if (range % STRETCH === 0) {
      const to = Math.min(range + STRETCH, length)
      for (let next = range; next < to; next++) near |= bytes[Math.max(starts[next]!, 0)]!
    }
    const start = starts[range]!
    if (start < 0) continue
    const end = ends[range]!
    const last = end - 3
    let h = seed | 0
    let i = start
    for (; i < last; i = (i + 4) | 0) h = mix(h, view.getInt32(i, true))
    if (i < end) {
      let tail = bytes[i]!
      if (i + 1 < end) tail |= bytes[i + 1]! << 8
      if (i + 2 < end) tail |= bytes[i + 2]! << 16
      h ^= scramble(tail)
    }
    hashes[range] = murmurFinal(h ^ (end - start))
  }
  // What was read to bring it near must be used, or the compiler leaves the reads out. It is never this.
  if (near === 0x100) hashes.fill(0)
}

/** Murmur3's finaliser: spreads every bit of a 32-bit number over all bits, one to one. Signed. */
export function murmurFinal(h: number): number {
  const a = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return b ^ (b >>> 16)
}

function scramble(word: number): number {
  const k = Math.imul(word, C1)
  return Math.imul((k << 15) | (k >>> 17), C2)
}

function mix(h: number, word: number): number {
  const x = h ^ scramble(word)
  return (Math.imul((x << 13) | (x >>> 19), 5) + 0xe6546b64) | 0
}
