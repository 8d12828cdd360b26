import type { Key } from '@ringkeeper/core'
import { hashKey } from './bytes.ts'
import { readWord } from './integers.ts'
import { compileMd5, type Md5OfText } from './md5-wasm.ts'

/** The four words of a digest, little-endian. */
export type Digest = Int32Array

const words = /* @__PURE__ */ new Int32Array(16)
// floor(2^32 * abs(sin(i + 1))), as RFC 1321 defines them.
const K = /* @__PURE__ */ Int32Array.from({ length: 64 }, (_, i) =>
  Math.floor(Math.abs(Math.sin(i + 1)) * 0x1_0000_0000),
)
const ofText: Md5OfText = /* @__PURE__ */ compileMd5(K) ?? inJavaScript()

/**
 * MD5, 16 bytes. No protection against anyone who looks for collisions: here because the ketama family of rings places
 * nodes and keys by it.
 *
 * Strings hash as UTF-8, numbers and bigints as 8 bytes little-endian.
 *
 * @example
 * ```ts
 * md5('hello') // 5d 41 40 2a bc 4b 2a 76 b9 71 9d 91 10 17 c5 92
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc1321
 */
export function md5(data: Key): Uint8Array {
  const sum = md5Words(data)
  const bytes = new Uint8Array(16)
  for (let i = 0; i < 16; i++) bytes[i] = sum[i >> 2]! >>> ((i & 3) * 8)
  return bytes
}

/** {@link md5} as words that hold until the next call, without allocating. */
export function md5Words(data: Key): Digest {
  // Nearly all text is ASCII and short.
  if (typeof data !== 'string' || data.length > ONE_BLOCK || ofText.take(data) > 0x7f) {
    return hashKey(data, 0, md5Range)
  }
  return ofText.digest
}

/** What fits into one block together with the bit that ends it and the length. */
const ONE_BLOCK = 55

/** For engines that cannot do it in WebAssembly. */
export function inJavaScript(): Md5OfText {
  const digest = new Int32Array(4)
  return { digest, take: (text) => takeText(digest, text) }
}

/** Short text goes into its block without being written as bytes before. */
function takeText(digest: Digest, text: string): number {
  const length = text.length
  let seen = 0
  let word = 0
  let i = 0
  for (const last = length - 3; i < last; i += 4) {
    const a = text.charCodeAt(i)
    const b = text.charCodeAt(i + 1)
    const c = text.charCodeAt(i + 2)
    const d = text.charCodeAt(i + 3)
    seen |= a | b | c | d
    words[word++] = a | (b << 8) | (c << 16) | (d << 24)
  }
  let tail = 0
  let shift = 0
  for (; i < length; i++, shift += 8) {
    const code = text.charCodeAt(i)
    seen |= code
    tail |= code << shift
  }
  words[word++] = tail | (0x80 << shift)
  while (word < 14) words[word++] = 0
  words[14] = length << 3
  words[15] = 0
  startDigest(digest)
  takeBlock(digest)
  return seen
}

/** {@link md5Words} of `bytes[start, end)`. */
export function md5Range(bytes: Uint8Array, _seed: number, start: number, end: number): Digest {
  const { digest } = ofText
  startDigest(digest)
  let i = start
  for (; i + 64 <= end; i += 64) {
    for (let word = 0; word < 16; word++) words[word] = readWord(bytes, i + word * 4)
    takeBlock(digest)
  }
  padTail(digest, bytes, i, end)
  const length = end - start
  words[14] = length << 3
  words[15] = length / 0x2000_0000
  takeBlock(digest)
  return digest
}

function startDigest(digest: Digest): void {
  digest[0] = 0x67452301
  digest[1] = 0xefcdab89
  digest[2] = 0x98badcfe
  digest[3] = 0x10325476
}

/** Fills `words` with what is left, the bit that ends it and zeros; takes it in where the length does not fit behind. */
function padTail(digest: Digest, bytes: Uint8Array, start: number, end: number): void {
  let word = 0
  let i = start
  for (; i + 4 <= end; i += 4) words[word++] = readWord(bytes, i)
  let last = 0x80
  for (let at = end - 1; at >= i; at--) last = (last << 8) | bytes[at]!
  words[word++] = last
  if (word > 14) {
    words.fill(0, word)
    takeBlock(digest)
    word = 0
  }
  words.fill(0, word)
}

/**
 * Four rounds of 16 steps; four steps at a time, so that the registers come round without being moved. What does not need
 * the result of the step before is added up first: each step waits for that result.
 */
function takeBlock(digest: Digest): void {
  let a = digest[0]!
  let b = digest[1]!
  let c = digest[2]!
  let d = digest[3]!
  for (let i = 0; i < 16; i += 4) {
    a = step(a + words[i]! + K[i]!, d ^ (b & (c ^ d)), b, 7)
    d = step(d + words[i + 1]! + K[i + 1]!, c ^ (a & (b ^ c)), a, 12)
    c = step(c + words[i + 2]! + K[i + 2]!, b ^ (d & (a ^ b)), d, 17)
    b = step(b + words[i + 3]! + K[i + 3]!, a ^ (c & (d ^ a)), c, 22)
  }
  // The two halves of this round's function have no bit in common, so they can be added one by one.
  for (let i = 16; i < 32; i += 4) {
    a = step(a + words[(i * 5 + 1) & 15]! + K[i]! + (~d & c), d & b, b, 5)
    d = step(d + words[(i * 5 + 6) & 15]! + K[i + 1]! + (~c & b), c & a, a, 9)
    c = step(c + words[(i * 5 + 11) & 15]! + K[i + 2]! + (~b & a), b & d, d, 14)
    b = step(b + words[(i * 5) & 15]! + K[i + 3]! + (~a & d), a & c, c, 20)
  }
  for (let i = 32; i < 48; i += 4) {
    a = step(a + words[(i * 3 + 5) & 15]! + K[i]!, c ^ d ^ b, b, 4)
    d = step(d + words[(i * 3 + 8) & 15]! + K[i + 1]!, b ^ c ^ a, a, 11)
    c = step(c + words[(i * 3 + 11) & 15]! + K[i + 2]!, a ^ b ^ d, d, 16)
    b = step(b + words[(i * 3 + 14) & 15]! + K[i + 3]!, d ^ a ^ c, c, 23)
  }
  for (let i = 48; i < 64; i += 4) {
    a = step(a + words[(i * 7) & 15]! + K[i]!, c ^ (b | ~d), b, 6)
    d = step(d + words[(i * 7 + 7) & 15]! + K[i + 1]!, b ^ (a | ~c), a, 10)
    c = step(c + words[(i * 7 + 14) & 15]! + K[i + 2]!, a ^ (d | ~b), d, 15)
    b = step(b + words[(i * 7 + 5) & 15]! + K[i + 3]!, d ^ (c | ~a), c, 21)
  }
  digest[0] = digest[0]! + a
  digest[1] = digest[1]! + b
  digest[2] = digest[2]! + c
  digest[3] = digest[3]! + d
}

function step(base: number, mixed: number, add: number, by: number): number {
  const sum = ((base | 0) + mixed) | 0
  return (((sum << by) | (sum >>> (32 - by))) + add) | 0
}
