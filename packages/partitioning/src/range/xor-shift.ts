import { murmur3 } from '@ringkeeper/hashing'

/**
 * Spark's `XORShiftRandom` with `java.util.Random`'s `nextDouble`, bit for bit, so that a sample here is the sample that
 * Spark takes. The 64 bits of its state are kept as two halves.
 */
export class XorShiftRandom {
  #low: number
  #high: number

  /** @param seed - 32 bits with sign, which Spark widens to a long */
  constructor(seed: number) {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setBigInt64(0, BigInt(seed))
    this.#low = murmur3(bytes, 0x3c074a61) | 0
    this.#high = murmur3(bytes, this.#low >>> 0) | 0
  }

  /** A number from 0 up to but not including 1, of 53 bits. */
  nextDouble(): number {
    const upper = this.#next() & 0x3ff_ffff
    return (upper * 0x800_0000 + (this.#next() & 0x7ff_ffff)) * 2 ** -53
  }

  /** An integer from 0 up to but not including `bound`, as Java draws it. */
  nextInteger(bound: number): number {
    if ((bound & (bound - 1)) === 0) return Math.floor((bound * (this.#next() & 0x7fff_ffff)) / 0x8000_0000)
    for (;;) {
      const drawn = this.#next() & 0x7fff_ffff
      const rest = drawn % bound
      // The last numbers, which would make some results more likely than others, are drawn again.
      if (drawn - rest + (bound - 1) < 0x8000_0000) return rest
    }
  }

  /** The lower half of the next state. */
  #next(): number {
    let low = this.#low
    let high = this.#high
    high ^= (high << 21) | (low >>> 11)
    low ^= low << 21
    low ^= high >>> 3
    high ^= (high << 4) | (low >>> 28)
    low ^= low << 4
    this.#low = low
    this.#high = high
    return low
  }
}
