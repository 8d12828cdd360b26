import { utf8Text } from '../../codecs/utf8.ts'

const quote = 0x22
const backslash = 0x5c
const zero = 0x30
/** Up to so many bytes a loop is faster than a call that copies them. */
const shortCopy = 64

/**
 * Puts lines together as bytes. What was written stays valid until the next {@link reset}: one of these serves a sink, which
 * has one write under way at a time.
 */
export class LineWriter {
  #bytes: Buffer = Buffer.allocUnsafe(65_536)
  #end = 0
  readonly #digits = new Uint8Array(16)

  /** Everything written since the last reset. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#end)
  }

  reset(): void {
    this.#end = 0
  }

  text(text: string): void {
    this.#reserve(text.length * 3)
    this.#end += this.#bytes.write(text, this.#end)
  }

  copy(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start)
    const bytes = this.#bytes
    if (end - start > shortCopy) bytes.set(source.subarray(start, end), this.#end)
    else for (let from = start, to = this.#end; from < end; from += 1, to += 1) bytes[to] = source[from] as number
    this.#end += end - start
  }

  /** A whole number of 0 or more in decimal; others are written as they print. */
  number(value: number): void {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER) || value % 1 !== 0) return this.text(String(value))
    const digits = this.#digits
    let rest = value
    let count = 0
    do {
      const next = Math.floor(rest / 10)
      digits[count] = zero + (rest - next * 10)
      count += 1
      rest = next
    } while (rest > 0)
    this.#reserve(count)
    const bytes = this.#bytes
    for (let at = this.#end; count > 0; at += 1) {
      count -= 1
      bytes[at] = digits[count] as number
      this.#end = at + 1
    }
  }

  /** Bytes as a JSON string; in base64 when they are not UTF-8, and then this is false. */
  jsonString(source: Uint8Array, start: number, end: number): boolean {
    this.#reserve(end - start + 2)
    const bytes = this.#bytes
    let at = this.#end
    bytes[at] = quote
    at += 1
    for (let from = start; from < end; from += 1) {
      const byte = source[from] as number
      // Most keys are plain: nothing to escape, nothing to decode.
      if (byte < 0x20 || byte > 0x7e || byte === quote || byte === backslash)
        return this.#anyJsonString(source, start, end)
      bytes[at] = byte
      at += 1
    }
    bytes[at] = quote
    this.#end = at + 1
    return true
  }

  /** JSON as it stands, on one line: there a line break can only be space between tokens. */
  jsonOnOneLine(source: Uint8Array, start: number, end: number): void {
    const from = this.#end
    this.copy(source, start, end)
    const copied = this.#bytes.subarray(from, this.#end)
    for (const lineBreak of [0x0a, 0x0d]) {
      for (let at = copied.indexOf(lineBreak); at >= 0; at = copied.indexOf(lineBreak, at + 1)) copied[at] = 0x20
    }
  }

  #anyJsonString(source: Uint8Array, start: number, end: number): boolean {
    const text = utf8Text(source, start, end)
    if (text !== undefined) this.text(JSON.stringify(text))
    else this.text(`"${Buffer.from(source.buffer, source.byteOffset + start, end - start).toString('base64')}"`)
    return text !== undefined
  }

  #reserve(count: number): void {
    if (this.#end + count <= this.#bytes.length) return
    const bytes = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#end + count))
    this.#bytes.copy(bytes, 0, 0, this.#end)
    this.#bytes = bytes
  }
}
