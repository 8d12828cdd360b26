import { checkInteger } from '../check.ts'
import { multiplyHigh } from '../hash/integers.ts'
import { checkIntegerKey, highHalf, lowHalf } from '../integer-key.ts'

// 2862933555777941757, the multiplier of the paper's generator, as halves.
const LOW = 0x87b0b0fd
const HIGH = 0x27bb2ee6

const UNIT = 2 ** -31

/**
 * Jump consistent hash: a 64-bit key to one of `buckets` buckets, numbered from 0. Exactly as Guava's
 * `Hashing.consistentHash`. Without any state, and evenly; but buckets can only be added and removed at
 * the end. The cost grows with the logarithm of their number.
 *
 * The key must be a hash already: other keys go through {@link xxh64} or the router {@link Jump}.
 *
 * @throws RK_HASHING_BAD_KEY, RK_HASHING_BAD_OPTION
 * @example
 * ```ts
 * jump(2, 100) // 62
 * ```
 * @see J. Lamping and E. Veach, A Fast, Minimal Memory, Consistent Hash Algorithm, 2014
 */
export function jump(key: number | bigint, buckets: number): number {
  checkIntegerKey(key)
  checkInteger('buckets', buckets, 1, 0x7fff_ffff)
  return jumpHalves(lowHalf(key), highHalf(key), buckets)
}

/** {@link jump} of a key that comes as two 32-bit halves, unchecked. */
export function jumpHalves(low: number, high: number, buckets: number): number {
  for (let bucket = 0; ;) {
    high = (multiplyHigh(low, LOW) + Math.imul(low, HIGH) + Math.imul(high, LOW)) | 0
    low = (Math.imul(low, LOW) + 1) | 0
    if (low === 0) high = (high + 1) | 0
    // An int to Guava: the largest draw overflows, and the key stays where it is.
    const draw = ((high >>> 1) + 1) | 0
    const next = Math.floor((bucket + 1) / (draw * UNIT))
    if (next < 0 || next >= buckets) return bucket
    bucket = next
  }
}
