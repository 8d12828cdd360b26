import type { Key } from '@ringkeeper/core'
import { hashKey } from './bytes.ts'

/**
 * FNV-1a with 32 bits, unsigned. Simple and everywhere, but weak in its upper bits: choose it to agree with other
 * programs, and {@link murmur3} otherwise.
 *
 * Strings hash as UTF-8, numbers and bigints as 8 bytes little-endian.
 *
 * @param data - what to hash
 * @param start - with bytes: where to begin, 0 by default
 * @param end - with bytes: where to stop, exclusive, the length by default
 * @example
 * ```ts
 * fnv1a('a') // 3826002220
 * ```
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function fnv1a(data: Key, start?: number, end?: number): number {
  if (data instanceof Uint8Array) return overRange(data, 0, start ?? 0, end ?? data.length)
  return hashKey(data, 0, overRange)
}

function overRange(bytes: Uint8Array, _seed: number, start: number, end: number): number {
  let h = 0x811c9dc5
  for (let i = start; i < end; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193)
  return h >>> 0
}
