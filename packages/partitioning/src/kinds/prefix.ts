import { checkInteger } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { badKey } from '../hash/typed.ts'
import { DescribedPartitioner, type BatchPartitioner } from '../partitioner/partitioner.ts'

/** Keys of one prefix to one partition: of one tenant, region or customer. */
export interface PrefixDescription<Inner> {
  readonly kind: 'prefix'
  /** What ends the prefix, such as `:`. A key without it is its own prefix. */
  readonly separator?: string | undefined
  /** With a separator: how many parts the prefix has, 1 by default. */
  readonly parts?: number | undefined
  /** Instead of a separator: how many bytes (of text: UTF-16 units) the prefix has. */
  readonly length?: number | undefined
  /** How the prefix is placed. */
  readonly inner: Inner
}

/** Places the prefix of a text or of bytes by another partitioner. */
export class PrefixPartitioner extends DescribedPartitioner<string | Uint8Array> {
  readonly #inner: BatchPartitioner<string | Uint8Array>
  readonly #separator: string | undefined
  readonly #separatorBytes: Uint8Array
  readonly #parts: number
  readonly #length: number | undefined

  constructor(description: Omit<PrefixDescription<never>, 'inner'>, inner: BatchPartitioner<string | Uint8Array>) {
    const { separator, parts = 1, length } = description
    super('prefix', inner.numPartitions)
    const isText = typeof separator === 'string' && separator !== ''
    if (isText === (length !== undefined) || (separator !== undefined && !isText)) {
      const expected = 'a non-empty string, or a length instead of it'
      throw partitioningErrors.BAD_OPTION({ option: 'separator', value: separator, expected })
    }
    this.#inner = inner
    this.#separator = separator
    this.#separatorBytes = new TextEncoder().encode(separator)
    this.#parts = checkInteger('parts', parts, 1, 1000)
    this.#length = length === undefined ? undefined : checkInteger('length', length, 1, 0x7fff_ffff)
  }

  override partition(key: string | Uint8Array): number {
    if (key === null || key === undefined) throw partitioningErrors.KEYLESS({ kind: this.kind })
    if (typeof key === 'string') return this.#inner.partition(this.#prefixOfText(key))
    if (key instanceof Uint8Array) return this.#inner.partition(key.subarray(0, this.#endOfRange(key, 0, key.length)))
    throw badKey(this.kind, key, 'a string or bytes')
  }

  override partitionRange(bytes: Uint8Array, start: number, end: number): number {
    return this.#inner.partitionRange(bytes, start, this.#endOfRange(bytes, start, end))
  }

  protected override options(): Readonly<Record<string, unknown>> {
    const rule =
      this.#separator === undefined ? { length: this.#length } : { separator: this.#separator, parts: this.#parts }
    return { ...rule, inner: this.#inner.toJSON() }
  }

  #prefixOfText(text: string): string {
    if (this.#separator === undefined) return text.slice(0, this.#length)
    let end = -this.#separator.length
    for (let part = 0; part < this.#parts; part++) {
      end = text.indexOf(this.#separator, end + this.#separator.length)
      if (end < 0) return text
    }
    return text.slice(0, end)
  }

  #endOfRange(bytes: Uint8Array, start: number, end: number): number {
    if (this.#length !== undefined) return Math.min(start + this.#length, end)
    const separator = this.#separatorBytes
    let left = this.#parts
    for (let i = start; i + separator.length <= end; i++) {
      if (!startsAt(bytes, i, separator)) continue
      if (--left === 0) return i
      i += separator.length - 1
    }
    return end
  }
}

function startsAt(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false
  return true
}
