import { javaHashCode } from '@ringkeeper/hashing'
import { partitioningErrors } from '../errors.ts'
import { textOf, type NumberType, type PartitionKey } from '../partitioner/key.ts'
import { javaDoubleHash, javaFloatHash } from './double.ts'
import { badKey, checkInt, checkLong } from './typed.ts'

const EXPECTED = 'a string, number, bigint, boolean, null or a tuple of these'

/** How the tuples of a language hash. */
export type TupleHash = (kind: string, items: readonly PartitionKey[], numbers: NumberType) => number

/** Java's `hashCode()` of a key: of a String, Integer, Long, Double, Boolean, null (0) or tuple. */
export function javaHashOf(kind: string, key: PartitionKey, numbers: NumberType, tupleHash: TupleHash): number {
  switch (typeof key) {
    case 'string':
      return javaHashCode(key)
    case 'number':
      return numbers === 'double' ? javaDoubleHash(key) : checkInt(kind, key)
    case 'bigint':
      return javaLongHash(checkLong(kind, key))
    case 'boolean':
      return key ? 1231 : 1237
  }
  if (key === null || key === undefined) return 0
  if (Array.isArray(key)) return tupleHash(kind, key as readonly PartitionKey[], numbers)
  if (ArrayBuffer.isView(key)) throw partitioningErrors.ARRAY_KEY({ kind, key })
  throw badKey(kind, key, EXPECTED)
}

/** Scala's hash of `TupleN`: murmur3 over its name and the `##` of its items. */
export function scalaTupleHash(kind: string, items: readonly PartitionKey[], numbers: NumberType): number {
  if (items.length === 0 || items.length > 22) throw badKey(kind, items, 'a tuple of 1 to 22 items, as Scala has them')
  const words = new Int32Array(items.length + 1)
  words[0] = javaHashCode(`Tuple${items.length}`)
  for (const [i, item] of items.entries()) words[i + 1] = scalaHash(kind, item, numbers)
  return finishProduct(words)
}

/** The hash of Flink's `TupleN`: 31 times the hash so far, plus the item's. */
export function flinkTupleHash(kind: string, items: readonly PartitionKey[], numbers: NumberType): number {
  if (items.length === 0 || items.length > 25) throw badKey(kind, items, 'a tuple of 1 to 25 items, as Flink has them')
  let h = 0
  for (const item of items) h = (Math.imul(h, 31) + javaHashOf(kind, item, numbers, flinkTupleHash)) | 0
  return h
}

/** Scala's `##`: like `hashCode`, but numbers of one value hash alike whatever their type. */
function scalaHash(kind: string, key: PartitionKey, numbers: NumberType): number {
  if (typeof key === 'bigint') {
    const low = Number(BigInt.asIntN(32, key))
    return BigInt(low) === key ? low : javaLongHash(checkLong(kind, key))
  }
  if (typeof key === 'number' && numbers === 'double') {
    if ((key | 0) === key) return key | 0
    // 2 ** 63 too: Scala casts it to the largest long, which equals it as a double and hashes as it does.
    if (Number.isInteger(key) && Math.abs(key) <= 2 ** 63) return javaLongHash(BigInt(key))
    return Math.fround(key) === key ? javaFloatHash(key) : javaDoubleHash(key)
  }
  return javaHashOf(kind, key, numbers, scalaTupleHash)
}

function javaLongHash(value: bigint): number {
  return Number(BigInt.asIntN(32, value ^ (value >> 32n)))
}

const PRODUCT_SEED = 0xcafebabe

/** Murmur3 over whole words, but with their number in place of their bytes' at the end, as Scala ends it. */
function finishProduct(words: Int32Array): number {
  let h = PRODUCT_SEED | 0
  for (const word of words) {
    const k = Math.imul(word, 0xcc9e2d51)
    h ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593)
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
  }
  return murmurEnd(h ^ (words.length - 1))
}

function murmurEnd(h: number): number {
  const a = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return b ^ (b >>> 16)
}

/** Java's hash of the text that `bytes[start, end)` encodes. */
export function javaHashOfText(bytes: Uint8Array, start: number, end: number): number {
  let h = 0
  let seen = 0
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    seen |= byte
    h = (Math.imul(h, 31) + byte) | 0
  }
  return seen < 0x80 ? h : javaHashCode(textOf(bytes, start, end))
}
