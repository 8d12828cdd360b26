/** Writes the parts of a request one after the other into a buffer that grows. For headers, never for records. */
export class WireWriter {
  #bytes: Buffer
  #length = 0

  constructor(size = 256) {
    this.#bytes = Buffer.allocUnsafe(size)
  }

  /** What was written, without a copy. */
  done(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  int8(value: number): this {
    const at = this.#take(1)
    this.#bytes.writeInt8(value, at)
    return this
  }

  int16(value: number): this {
    const at = this.#take(2)
    this.#bytes.writeInt16BE(value, at)
    return this
  }

  int32(value: number): this {
    const at = this.#take(4)
    this.#bytes.writeInt32BE(value, at)
    return this
  }

  int64(value: number): this {
    const at = this.#take(8)
    this.#bytes.writeBigInt64BE(BigInt(value), at)
    return this
  }

  /** A string with a length of two bytes; `null` as length -1. */
  string(value: string | null): this {
    if (value === null) return this.int16(-1)
    const length = Buffer.byteLength(value)
    this.int16(length)
    const at = this.#take(length)
    this.#bytes.write(value, at, 'utf8')
    return this
  }

  array<T>(items: readonly T[], write: (item: T) => void): this {
    this.int32(items.length)
    for (const item of items) write(item)
    return this
  }

  /** Makes room, maybe in another buffer: to be called before the buffer is looked at. */
  #take(length: number): number {
    const start = this.#length
    this.#length = start + length
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, 2 * this.#bytes.length))
      this.#bytes.copy(larger, 0, 0, start)
      this.#bytes = larger
    }
    return start
  }
}
