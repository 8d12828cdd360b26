import { BestFitPool } from '../best-fit-pool.ts'

/** Smaller answers are not worth the bookkeeping. */
const LEAST = 64 * 1024

/** Unused slabs that are kept, and their bytes: about what a worker has in flight, which comes back in bursts. */
const MOST_FREE = 64
const MOST_BYTES = 64 * 1024 * 1024

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
  readonly #free = new BestFitPool<Buffer>(MOST_FREE, MOST_BYTES, ({ length }) => length)
  readonly #mine = new WeakSet<ArrayBufferLike>()

  /** Room for an answer; what it holds now is of no meaning. */
  take(size: number): Buffer {
    if (size < LEAST) return Buffer.allocUnsafeSlow(size)
    const slab = this.#free.take(size) ?? Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(size)))
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
        if (holders === 0) this.#free.giveBack(Buffer.from(buffer))
      },
    }
  }
}
