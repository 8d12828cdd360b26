import { rotateLeft } from './hash/integers.ts'
import { murmurFinal, murmur3Signed } from './hash/murmur3.ts'

/** An unsigned 32-bit number that is equal for equal parts in the same order. */
export function checksumOf(parts: Iterable<string | number>): number {
  let sum = 0
  for (const part of parts) sum = checksumWith(sum, part)
  return sum >>> 0
}

/** Takes one more part in: a number by all of its digits, as weights may be bytes or fractions. */
export function checksumWith(sum: number, part: string | number): number {
  // Numbers of points, one for each of many nodes.
  if (typeof part === 'number' && (part | 0) === part) return murmurFinal(murmurFinal(sum ^ part) + 1)
  // Murmur3 ends with the length of what it takes in, so that no two lists of parts read alike.
  return murmur3Signed(String(part), sum)
}

/** An unsigned 32-bit number that is equal for equal words in the same order: far cheaper than to make the words. */
export function checksumOfWords(words: Int32Array): number {
  let sum = words.length
  for (let i = 0; i < words.length; i++) sum = Math.imul(rotateLeft(sum ^ words[i]!, 13), 0x9e37_79b1)
  return murmurFinal(sum) >>> 0
}
