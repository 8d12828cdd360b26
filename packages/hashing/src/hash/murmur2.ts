import type { Key } from '@ringkeeper/core'
import { hashInteger, hashText, SHORT_TEXT } from './bytes.ts'
import { readWord } from './integers.ts'

const M = 0x5bd1e995
const SEED = 0x9747b28c

/**
 * Kafka's murmur2, signed as in Java: the hash by which Kafka's Java client picks a partition. The partition of a key
 * is `(murmur2(key) & 0x7fffffff) % partitions`.
 *
 * Strings hash as UTF-8. Numbers and bigints hash as 8 bytes little-endian, which is none of Kafka's serializers: to
 * agree with a Java producer of numbers, hash the bytes that its serializer writes.
 *
 * @param data - what to hash
 * @param start - with bytes: where to begin, 0 by default
 * @param end - with bytes: where to stop, exclusive, the length by default
 * @example
 * ```ts
 * murmur2('foobar') // -790332482
 * murmur2(buffer, 12, 28) // 16 bytes of a larger buffer, without a copy
 * ```
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash2.cpp
 */
export function murmur2(data: Key, start?: number, end?: number): number {
  if (typeof data === 'string') return murmur2Text(data)
  // Read before the check: it tells V8 what it has, so that it need not look through prototypes for every range of bytes.
  const length = (data as Uint8Array | undefined)?.length ?? 0
  if (data instanceof Uint8Array) return murmur2Bytes(data, start ?? 0, end ?? length)
  return hashInteger(data, 0, overRange)
}

const overRange = (bytes: Uint8Array, _seed: number, start: number, end: number): number =>
  murmur2Bytes(bytes, start, end)

function murmur2Text(text: string): number {
  const length = text.length
  if (length > SHORT_TEXT) return hashText(text, 0, overRange)
  let h = SEED ^ length
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
    h = Math.imul(h ^ tail, M)
  }
  return seen > 0x7f ? hashText(text, 0, overRange) : finish(h)
}

function murmur2Bytes(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  let h = SEED ^ length
  let i = start | 0
  for (const last = end - 3; i < last; i = (i + 4) | 0) h = mix(h, readWord(bytes, i))
  if (i < end) {
    let tail = bytes[i]!
    if (i + 1 < end) tail |= bytes[i + 1]! << 8
    if (i + 2 < end) tail |= bytes[i + 2]! << 16
    h = Math.imul(h ^ tail, M)
  }
  return finish(h)
}

function mix(h: number, word: number): number {
  const k = Math.imul(word, M)
  return Math.imul(h, M) ^ Math.imul(k ^ (k >>> 24), M)
}

function finish(h: number): number {
  const mixed = Math.imul(h ^ (h >>> 13), M)
  return mixed ^ (mixed >>> 15)
}
