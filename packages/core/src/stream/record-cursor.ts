import { decodeHeaders } from './record-headers.ts'
import type { RecordBatch, RecordHeader } from './record-batch.ts'

/** Reads text out of bytes; Node's Buffer does it faster than a TextDecoder. */
interface TextSource {
  readonly utf8Slice?: (start: number, end: number) => string
}

/**
 * Looks at one record of a batch at a time. One cursor serves any number of records: keep what it returns, not the
 * cursor. Every property is read from the batch when asked for, and not kept.
 *
 * @example
 * ```ts
 * const cursor = new RecordCursor(batch)
 * for (let index = 0; index < batch.length; index += 1) {
 *   cursor.moveTo(index)
 *   console.log(cursor.offset, cursor.keyText, cursor.value)
 * }
 * ```
 */
export class RecordCursor {
  #batch: RecordBatch
  #index = 0
  #decoder: TextDecoder | undefined

  constructor(batch: RecordBatch) {
    this.#batch = batch
  }

  /** Points at record `index`, of another batch when one is given. */
  moveTo(index: number, batch: RecordBatch = this.#batch): this {
    this.#batch = batch
    this.#index = index
    return this
  }

  get batch(): RecordBatch {
    return this.#batch
  }

  get index(): number {
    return this.#index
  }

  get offset(): number {
    return this.#batch.offsets[this.#index] as number
  }

  /** Milliseconds since the epoch. */
  get timestamp(): number {
    return this.#batch.timestamps[this.#index] as number
  }

  /** The key as a view of the batch's bytes; `undefined` for a record without a key. */
  get key(): Uint8Array | undefined {
    return this.#view(this.#batch.keyStart, this.#batch.keyEnd)
  }

  /** The value as a view of the batch's bytes; `undefined` for a tombstone. */
  get value(): Uint8Array | undefined {
    return this.#view(this.#batch.valueStart, this.#batch.valueEnd)
  }

  /** The key as UTF-8 text. */
  get keyText(): string | undefined {
    return this.#text(this.#batch.keyStart, this.#batch.keyEnd)
  }

  /** The value as UTF-8 text. */
  get valueText(): string | undefined {
    return this.#text(this.#batch.valueStart, this.#batch.valueEnd)
  }

  /** What the codec made of the value; the value's bytes when the codec leaves them as they are. */
  get decoded(): unknown {
    return this.#batch.decoded ? this.#batch.decoded[this.#index] : this.value
  }

  get headers(): readonly RecordHeader[] {
    const start = this.#batch.headersStart[this.#index] as number
    return start < 0 ? [] : decodeHeaders(this.#batch.bytes, start, this.#batch.headersEnd[this.#index] as number)
  }

  #view(starts: Int32Array, ends: Int32Array): Uint8Array | undefined {
    const start = starts[this.#index] as number
    return start < 0 ? undefined : this.#batch.bytes.subarray(start, ends[this.#index] as number)
  }

  #text(starts: Int32Array, ends: Int32Array): string | undefined {
    const start = starts[this.#index] as number
    if (start < 0) return undefined
    const { bytes } = this.#batch
    const end = ends[this.#index] as number
    const slice = (bytes as TextSource).utf8Slice
    if (slice) return slice.call(bytes, start, end)
    this.#decoder ??= new TextDecoder()
    return this.#decoder.decode(bytes.subarray(start, end))
  }
}
