import { hashingErrors } from '../errors.ts'

/**
 * Java's `String.hashCode()`, signed, over UTF-16 units as in Java: what Spark's RDD partitioner and many Java programs
 * hash strings with. Weak: similar strings have similar hashes.
 *
 * @throws RK_HASHING_BAD_KEY for anything but a string
 * @example
 * ```ts
 * javaHashCode('Spark') // 80085693
 * ```
 */
export function javaHashCode(text: string): number {
  if (typeof text !== 'string') throw hashingErrors.BAD_KEY({ key: text, expected: 'a string' })
  let h = 0
  for (let i = 0; i < text.length; i++) h = (Math.imul(h, 31) + text.charCodeAt(i)) | 0
  return h
}
