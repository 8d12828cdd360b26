/**
 * Java's `String.hashCode()`, signed, over UTF-16 units as in Java: what Spark's RDD partitioner and many Java programs
 * hash strings with. Weak: similar strings have similar hashes.
 *
 * @example
 * ```ts
 * javaHashCode('Spark') // 80085693
 * ```
 */
export function javaHashCode(text: string): number {
  let h = 0
  for (let i = 0; i < text.length; i++) h = (Math.imul(h, 31) + text.charCodeAt(i)) | 0
  return h
}
