import { kafkaErrors } from '../errors.ts'

/** Offsets and other int64 as numbers; refused where a number would not be exact. */
export function readInt64(bytes: Buffer, at: number): number {
  const value = bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)
  if (!Number.isSafeInteger(value)) throw kafkaErrors.OFFSET_TOO_LARGE({ offset: bytes.readBigInt64BE(at) })
  return value
}

/** Reads the parts of a response one after the other. For headers, never for records. */
export class WireReader {
  position = 0
  readonly bytes: Buffer
  readonly #request: string

  /** @param request - what was asked, for the message of an error. */
  constructor(bytes: Buffer, request: string) {
    this.bytes = bytes
    this.#request = request
  }

  int8(): number {
    return this.bytes.readInt8(this.#take(1))
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#take(2))
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#take(4))
  }

  int64(): number {
    return readInt64(this.bytes, this.#take(8))
  }

  bigint64(): bigint {
    return this.bytes.readBigInt64BE(this.#take(8))
  }

  /** A string with a length of two bytes; `undefined` for a null. */
  nullableString(): string | undefined {
    const length = this.int16()
    if (length < 0) return undefined
    const start = this.#take(length)
    return this.bytes.toString('utf8', start, start + length)
  }

  string(): string {
    return this.nullableString() ?? ''
  }

  /** An array with a length of four bytes; a null is empty. */
  array<T>(read: () => T): T[] {
    const items: T[] = []
    for (let left = this.int32(); left > 0; left -= 1) items.push(read())
    return items
  }

  /** Skips bytes with a length of four bytes and returns where they start; a null is empty. */
  skipBytes(): number {
    const length = this.int32()
    return this.#take(Math.max(length, 0))
  }

  #take(length: number): number {
    const start = this.position
    if (start + length > this.bytes.length) {
      throw kafkaErrors.BAD_RESPONSE({ request: this.#request, reason: `it ends at byte ${this.bytes.length}` })
    }
    this.position = start + length
    return start
  }
}
