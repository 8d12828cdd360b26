import type { Random } from '@ringkeeper/core'

/**
 * Random numbers that are the same for the same seed (the generator sfc32). Not for secrets.
 *
 * @param seed - any text or number.
 */
export function seededRandom(seed: string | number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, hash(String(seed)), 1]
  const nextBits = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  // The first numbers still resemble the seed.
  for (let round = 0; round < 12; round += 1) nextBits()
  const hex = (): string => nextBits().toString(16).padStart(8, '0')
  const uuid = (): string => {
    const digits = hex() + hex() + hex() + hex()
    const variant = '89ab'[nextBits() & 3] as string
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      variant + digits.slice(17, 20),
      digits.slice(20),
    ].join('-')
  }
  return { next: () => nextBits() / 0x1_0000_0000, uuid }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value | 0
}
