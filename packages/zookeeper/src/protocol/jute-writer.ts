/** Strings up to this length are written character by character, which beats the call into native code. */
const shortString = 64

/**
 * Writes frames (a 4-byte length, then that many bytes) in ZooKeeper's serialization, jute, one after the other into
 * one growing buffer. All numbers are big-endian.
 */
export class JuteWriter {
  #bytes: Buffer
  #position = 0
  #frameStart = 0

  readonly #capacity: number

  /** @param capacity - bytes to begin with. */
  constructor(capacity = 65_536) {
    this.#capacity = capacity
    this.#bytes = Buffer.allocUnsafeSlow(capacity)
  }

  /** Bytes written and not yet taken. */
  get length(): number {
    return this.#position
  }

  startFrame(): void {
    this.#frameStart = this.#position
    this.int(0)
  }

  /** Fills in the length of the frame begun last, and returns it. */
  endFrame(): number {
    const length = this.#position - this.#frameStart - 4
    this.#bytes.writeInt32BE(length, this.#frameStart)
    return length
  }

  /** Forgets the frame begun last. */
  dropFrame(): void {
    this.#position = this.#frameStart
  }

  /** What was written. Valid until the next write unless {@link detach} follows. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#position)
  }

  /** Starts over in the same buffer, unless a large request has blown it up. */
  reset(): void {
    if (this.#bytes.length > 4 * this.#capacity) this.detach()
    else this.#position = 0
  }

  /** Starts over in a new buffer and leaves the old one to whoever still sends it. */
  detach(): void {
    this.#bytes = Buffer.allocUnsafeSlow(this.#capacity)
    this.#position = 0
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#position++] = value
  }

  bool(value: boolean): void {
    this.byte(value ? 1 : 0)
  }

  int(value: number): void {
    const at = this.#reserve(4)
    this.#bytes.writeInt32BE(value, at)
    this.#position = at + 4
  }

  long(value: bigint): void {
    const at = this.#reserve(8)
    this.#bytes.writeBigInt64BE(value, at)
    this.#position = at + 8
  }

  /** Length and bytes. */
  buffer(value: Uint8Array): void {
    this.int(value.length)
    const at = this.#reserve(value.length)
    this.#bytes.set(value, at)
    this.#position += value.length
  }

  /** Length in bytes and UTF-8. */
  string(value: string): void {
    if (value.length <= shortString && this.#asciiString(value)) return
    const length = Buffer.byteLength(value)
    this.int(length)
    const at = this.#reserve(length)
    this.#bytes.write(value, at, 'utf8')
    this.#position += length
  }

  #asciiString(value: string): boolean {
    const at = this.#reserve(4 + value.length) + 4
    const bytes = this.#bytes
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index)
      if (code > 0x7f) return false
      bytes[at + index] = code
    }
    this.int(value.length)
    this.#position += value.length
    return true
  }

  /** Count and items. */
  vector<T>(items: readonly T[], write: (item: T) => void): void {
    this.int(items.length)
    for (const item of items) write(item)
  }

  /** Makes room and returns the position. */
  #reserve(count: number): number {
    const needed = this.#position + count
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, this.#position))
      this.#bytes = grown
    }
    return this.#position
  }
}
