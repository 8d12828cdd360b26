import { zookeeperErrors } from '../errors.ts'
import { JuteReader } from '../protocol/jute-reader.ts'
import { replyHeaderSize } from '../protocol/messages/reply-header.ts'

/** A longer frame is not a large reply but garbage. */
const absurdLength = 64 << 20
const lengthSize = 4

/** A frame of the server. The reader is valid until the next one is asked for. */
export interface Frame {
  readonly reader: JuteReader
  /** Set when the frame is longer than the limit: only its header is kept. */
  readonly oversize: number | undefined
}

/**
 * Cuts a byte stream into frames. A frame that lies in one chunk is read in place; one that spans chunks is collected
 * in a buffer of its own, whose parts can then be handed out without a further copy.
 */
export class FrameReader {
  readonly #limit: number
  readonly #reader = new JuteReader(Buffer.alloc(0))
  /** Bytes that were pushed and not yet cut. */
  #chunk: Buffer = Buffer.alloc(0)
  #position = 0
  /** The frame that spans chunks, or its length field. */
  #partial: Buffer | undefined
  #filled = 0
  /** Whether the partial is a frame's body, not its length field. */
  #isBody = false
  #oversize: number | undefined
  /** Bytes of an oversize frame still to throw away. */
  #skip = 0

  /** @param limit - bytes of the largest frame that is read whole. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Adds bytes. They are looked at in place: call {@link next} until it has no more, or {@link keep}. */
  push(chunk: Buffer): void {
    const rest = this.#chunk.length - this.#position
    this.#chunk = rest === 0 ? chunk : Buffer.concat([this.#chunk.subarray(this.#position), chunk])
    this.#position = 0
  }

  /** Copies what is left of the chunk, whose buffer is about to be used again. */
  keep(): void {
    this.#chunk = Buffer.from(this.#chunk.subarray(this.#position))
    this.#position = 0
  }

  /** @throws `RK_ZOOKEEPER_BAD_MESSAGE` for an impossible length. */
  next(): Frame | undefined {
    this.#discardSkipped()
    return this.#partial ? this.#fillPartial() : this.#inPlace()
  }

  #inPlace(): Frame | undefined {
    const start = this.#position
    const available = this.#chunk.length - start
    if (available < lengthSize) {
      if (available > 0) this.#startPartial(lengthSize)
      return undefined
    }
    const length = this.#checkedLength(this.#chunk.readInt32BE(start))
    if (length > this.#limit || available < lengthSize + length) {
      this.#position = start + lengthSize
      this.#startBody(length)
      return this.#fillPartial()
    }
    const end = start + lengthSize + length
    this.#position = end
    return { reader: this.#reader.reset(this.#chunk, start + lengthSize, end, false), oversize: undefined }
  }

  #fillPartial(): Frame | undefined {
    for (;;) {
      const partial = this.#partial as Buffer
      const copied = this.#chunk.copy(partial, this.#filled, this.#position)
      this.#position += copied
      this.#filled += copied
      if (this.#filled < partial.length) return undefined
      if (!this.#isBody) this.#startBody(this.#checkedLength(partial.readInt32BE(0)))
      else return this.#finishBody(partial)
    }
  }

  #startPartial(size: number): void {
    this.#isBody = false
    this.#partial = Buffer.allocUnsafeSlow(size)
    this.#filled = this.#chunk.copy(this.#partial, 0, this.#position)
    this.#position += this.#filled
  }

  #startBody(length: number): void {
    this.#isBody = true
    this.#filled = 0
    this.#oversize = length > this.#limit ? length : undefined
    this.#partial = Buffer.allocUnsafeSlow(this.#oversize === undefined ? length : Math.min(length, replyHeaderSize))
  }

  #finishBody(body: Buffer): Frame {
    const oversize = this.#oversize
    this.#partial = undefined
    this.#skip = oversize === undefined ? 0 : oversize - body.length
    return { reader: this.#reader.reset(body, 0, body.length, true), oversize }
  }

  #discardSkipped(): void {
    const skipped = Math.min(this.#skip, this.#chunk.length - this.#position)
    this.#position += skipped
    this.#skip -= skipped
  }

  #checkedLength(length: number): number {
    if (length < 0 || length > absurdLength) throw zookeeperErrors.BAD_MESSAGE({ reason: `the frame length ${length}` })
    return length
  }
}
