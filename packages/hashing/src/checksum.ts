import { murmur3Signed } from './hash/murmur3.ts'

/**
 * An unsigned 32-bit number that is equal for equal parts. Each part counts with its length, so that no two lists of
 * parts read alike.
 */
export function checksumOf(parts: Iterable<string | number>): number {
  let sum = 0
  for (const part of parts) {
    const text = String(part)
    sum = murmur3Signed(text, sum ^ Math.imul(text.length + 1, 0x9e37_79b9))
  }
  return sum >>> 0
}
