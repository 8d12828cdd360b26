import type { Key } from '@ringkeeper/core'
import { checkSeed } from '../check.ts'
import { hashingErrors } from '../errors.ts'
import { hashKey } from './bytes.ts'
import { readWord, rotateLeft } from './integers.ts'
import { murmurFinal } from './murmur3.ts'

/**
 * The hash of Spark SQL: `hash(column)` and `repartition(n, column)`, signed. It is murmur3 with a rule of its own for
 * the last bytes: each of them is taken in as a whole word with its sign.
 *
 * The type decides, as in Spark: a string or bytes hash as such, a number as an `int`, a bigint as a `long`.
 *
 * @param data - what to hash
 * @param seed - 42 in Spark; for several columns the hash of the columns before
 * @param start - with bytes: where to begin, 0 by default
 * @param end - with bytes: where to stop, exclusive, the length by default
 * @throws RK_HASHING_BAD_KEY for a number that is no 32-bit integer, or a bigint of more than 64 bits
 * @example
 * ```ts
 * sparkMurmur3('Spark') // 228093765
 * ```
 * @see org.apache.spark.unsafe.hash.Murmur3_x86_32
 */
export function sparkMurmur3(data: Key, seed = 42, start?: number, end?: number): number {
  if (typeof data === 'number' && typeof seed === 'number') {
    if ((data | 0) !== data) {
      throw hashingErrors.BAD_KEY({ key: data, expected: 'an integer of 32 bits, or a bigint for a long' })
    }
    return murmurFinal(mix(seed | 0, data) ^ 4) | 0
  }
  checkSeed(seed)
  if (data instanceof Uint8Array) return sparkMurmur3Range(data, seed, start ?? 0, end ?? data.length)
  // A bigint's 8 bytes are two whole words, low one first: just what Spark does with a long.
  return hashKey(data, seed, sparkMurmur3Range)
}

/** {@link sparkMurmur3} of the bytes `bytes[start, end)`: for loops over columns, which know what they have. */
export function sparkMurmur3Range(bytes: Uint8Array, seed: number, start: number, end: number): number {
  let h = seed | 0
  let i = start
  for (const last = end - 4; i <= last; i += 4) h = mix(h, readWord(bytes, i))
  for (; i < end; i++) h = mix(h, (bytes[i]! << 24) >> 24)
  return murmurFinal(h ^ (end - start)) | 0
}

function mix(h: number, word: number): number {
  const k = Math.imul(rotateLeft(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
  return (Math.imul(rotateLeft(h ^ k, 13), 5) + 0xe6546b64) | 0
}
