import { checkInteger } from '../check.ts'
import { carryOf, multiplyHigh } from '../hash/integers.ts'
import { checkIntegerKey, highHalf, lowHalf } from '../integer-key.ts'

/**
 * JumpBackHash: a 64-bit key to one of `buckets` buckets, numbered from 0, in constant expected time. Exactly as hash4j's
 * `jumpBackHash` over its SplitMix64. Like {@link jump} without state and only for buckets that come and go at the end,
 * but its cost does not grow with their number.
 *
 * The key must be a hash already: other keys go through {@link xxh64} or the router {@link JumpBack}.
 *
 * @throws RK_HASHING_BAD_KEY, RK_HASHING_BAD_OPTION
 * @example
 * ```ts
 * jumpBack(0x7f7487ee708c8a96n, 2) // 1
 * ```
 * @see O. Ertl, JumpBackHash: Say Goodbye to the Modulo Operation to Distribute Keys Uniformly to Buckets, 2024
 */
export function jumpBack(key: number | bigint, buckets: number): number {
  checkIntegerKey(key)
  checkInteger('buckets', buckets, 1, 0x7fff_ffff)
  return jumpBackHalves(lowHalf(key), highHalf(key), buckets)
}

// The generator's state and then its last number, as [state low, state high, low, high].
const random = /* @__PURE__ */ new Int32Array(4)

/** {@link jumpBack} of a key that comes as two 32-bit halves, unchecked. */
export function jumpBackHalves(low: number, high: number, buckets: number): number {
  if (buckets <= 1) return 0
  random[0] = low
  random[1] = high
  nextRandom()
  const first = random[2]!
  const firstHigh = random[3]!
  // Every bit that is set stands for a range [q, 2q) of buckets in which the key moves at least once; the last move
  // below `buckets` is looked for from the top.
  let ranges = (first ^ firstHigh) & (0xffff_ffff >>> Math.clz32(buckets - 1))
  while (ranges !== 0) {
    const q = 1 << (31 - Math.clz32(ranges))
    const inRange = (bitCount(ranges) & 1) === 0 ? first : firstHigh
    let bucket = q + (inRange & (q - 1))
    while (bucket >= q) {
      if (bucket < buckets) return bucket
      nextRandom()
      bucket = random[2]! & (2 * q - 1)
      if (bucket < q) break
      if (bucket < buckets) return bucket
      bucket = random[3]! & (2 * q - 1)
    }
    ranges ^= q
  }
  return 0
}

/** SplitMix64, over halves. */
function nextRandom(): void {
  const low = (random[0]! + 0x7f4a7c15) | 0
  const high = (random[1]! + 0x9e3779b9 + carryOf(low, 0x7f4a7c15)) | 0
  random[0] = low
  random[1] = high
  const a = low ^ ((low >>> 30) | (high << 2))
  const aHigh = high ^ (high >>> 30)
  const b = Math.imul(a, 0x1ce4e5b9)
  const bHigh = (multiplyHigh(a, 0x1ce4e5b9) + Math.imul(a, 0xbf58476d) + Math.imul(aHigh, 0x1ce4e5b9)) | 0
  const c = b ^ ((b >>> 27) | (bHigh << 5))
  const cHigh = bHigh ^ (bHigh >>> 27)
  const d = Math.imul(c, 0x133111eb)
  const dHigh = (multiplyHigh(c, 0x133111eb) + Math.imul(c, 0x94d049bb) + Math.imul(cHigh, 0x133111eb)) | 0
  random[2] = d ^ ((d >>> 31) | (dHigh << 1))
  random[3] = dHigh ^ (dHigh >>> 31)
}

function bitCount(x: number): number {
  const pairs = x - ((x >>> 1) & 0x5555_5555)
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}
