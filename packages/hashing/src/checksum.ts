import { murmurFinal, murmur3Signed } from './hash/murmur3.ts'

/** An unsigned 32-bit number that is equal for equal parts in the same order. */
export function checksumOf(parts: Iterable<string | number>): number {
  let sum = 0
  for (const part of parts) sum = checksumWith(sum, part)
  return sum >>> 0
}

/** Takes one more part in. Numbers may have fractions. */
export function checksumWith(sum: number, part: string | number): number {
  if (typeof part === 'string') return murmur3Signed(part, sum)
  const whole = Math.floor(part)
  // Murmur3 ends with the length of what it takes in, so that no two lists of parts read alike.
  return murmurFinal(murmurFinal(sum ^ whole) + Math.imul(((part - whole) * 0x1_0000_0000) | 0, 0x9e37_79b9) + 1)
}
