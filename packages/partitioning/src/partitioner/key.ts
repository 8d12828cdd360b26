import { checkList } from '../check.ts'
import type { Key } from '@ringkeeper/core'

/**
 * What the ready-made partitioners take. An array is a tuple: a key of several columns. Not every kind takes everything;
 * what it cannot take it refuses.
 */
export type PartitionKey = Key | boolean | null | undefined | readonly PartitionKey[]

/** How a kind that knows types takes numbers: as an `int`, which fractions are no value of, or as a `double`. */
export type NumberType = 'int' | 'double'

/**
 * Many keys in columns: key `i` is `bytes[keyStart[i], keyEnd[i])`, and absent where its start is -1. It is taken as
 * text in UTF-8 by kinds to which text and bytes differ. A `RecordBatch` is one of these.
 */
export interface KeyColumns {
  readonly length: number
  readonly bytes: Uint8Array
  readonly keyStart: Int32Array
  readonly keyEnd: Int32Array
}

/** Many keys: in columns, or one after the other in an array or typed array. */
export type KeyBatch<K> = KeyColumns | ArrayLike<K>

/** Whether a batch comes in columns. */
export function isColumns(batch: KeyBatch<unknown>): batch is KeyColumns {
  return (batch as Partial<KeyColumns>).keyStart !== undefined
}

const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true })

/** The text that `bytes[start, end)` encodes. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end))
}

/** One value for keys that are one: for bytes the text that they encode, for a bigint the number of its value. */
export function plainKey<K>(key: K): Exclude<K, Uint8Array> | string | number {
  if (key instanceof Uint8Array) return textOf(key, 0, key.length)
  // Up to where numbers are whole numbers without gaps.
  if (typeof key === 'bigint' && BigInt.asIntN(54, key) === key) return Number(key)
  return key as Exclude<K, Uint8Array>
}

/** Puts keys into columns; for tests, measurements and who has no columns yet. */
export function keyColumns(keys: readonly (string | Uint8Array | null)[]): KeyColumns {
  checkList('keys', keys, 'a list of keys, each text, bytes or null')
  const encoder = new TextEncoder()
  const encoded = keys.map((key) => (typeof key === 'string' ? encoder.encode(key) : key))
  const bytes = new Uint8Array(encoded.reduce((sum, key) => sum + (key?.length ?? 0), 0))
  const keyStart = new Int32Array(keys.length)
  const keyEnd = new Int32Array(keys.length)
  let at = 0
  for (const [i, key] of encoded.entries()) {
    keyStart[i] = key === null ? -1 : at
    if (key !== null) {
      bytes.set(key, at)
      at += key.length
    }
    keyEnd[i] = at
  }
  return { length: keys.length, bytes, keyStart, keyEnd }
}
