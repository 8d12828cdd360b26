/** Smaller answers are not worth the bookkeeping. */
const LEAST = 64 * 1024

/** How many unused slabs are kept. */
const MOST_FREE = 4

/** The memory of one answer; used again when everybody who holds it has let it go. */
export interface FrameLease {
  retain: () => void
  release: () => void
}

/**
 * Memory for long answers. Without it every answer is a new large buffer, and the garbage collector, which knows only how
 * much was allocated, goes through the whole heap every twenty megabytes or so. What is never released is left to it.
 */
export class FramePool {
  readonly #free: Buffer[] = []
  readonly #mine = new WeakSet<ArrayBufferLike>()

  /** Room for an answer; what it holds now is of no meaning. */
  take(size: number): Buffer {
    if (size < LEAST) return Buffer.allocUnsafeSlow(size)
    const at = this.#free.findIndex(({ length }) => length >= size)
    const slab = at < 0 ? Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(size))) : (this.#free[at] as Buffer)
    if (at >= 0) this.#free.splice(at, 1)
    this.#mine.add(slab.buffer)
    return slab.subarray(0, size)
  }

  /** Holds the memory of an answer, once, if it is of this pool. To be asked for once per answer. */
  lease({ buffer }: Buffer): FrameLease | undefined {
    if (!this.#mine.delete(buffer)) return undefined
    let holders = 1
    return {
      retain: () => {
        holders += 1
      },
      release: () => {
        holders -= 1
        if (holders === 0) this.#giveBack(Buffer.from(buffer))
      },
    }
  }

  #giveBack(slab: Buffer): void {
    this.#free.push(slab)
    // Smallest first: `take` finds the tightest fit, and the smallest is the one to do without.
    this.#free.sort((a, b) => a.length - b.length)
    if (this.#free.length > MOST_FREE) this.#free.shift()
  }
}
