import { sipHash13 } from '@ringkeeper/hashing'
import type { PartitionKey } from '../partitioner/key.ts'
import { badKey } from './typed.ts'

const NO_SECRET = /* @__PURE__ */ new Uint8Array(16)
const MAX_SIZE = 0x7fff_ffff_ffff_ffffn
const PRIME = (1n << 61n) - 1n
const EXPECTED = 'a string, bytes, number, bigint, boolean, null or a tuple of these'

/**
 * PySpark's `portable_hash` on CPython 3.11 and later with `PYTHONHASHSEED=0`, as the number of 64 bits with sign that
 * Python gives. An array is a tuple, a Uint8Array is `bytes`. Python hashes numbers by their value, so 1, 1n, 1.0 and
 * true hash alike.
 *
 * @throws RK_PARTITIONING_BAD_KEY for NaN, which Python hashes by identity, and for values of other types
 * @example
 * ```ts
 * portableHash([null, 1]) & 0xffffffffn // 219750521n
 * ```
 */
export function portableHash(value: PartitionKey): bigint {
  switch (typeof value) {
    case 'string':
      return value === '' ? 0n : notMinusOne(signed(sipHash13(pythonText(value), NO_SECRET)))
    case 'boolean':
      return value ? 1n : 0n
    case 'bigint':
      return hashOfInteger(value)
    case 'number':
      return hashOfNumber(value)
  }
  if (value === null || value === undefined) return 0n
  if (Array.isArray(value)) return hashOfTuple(value as readonly PartitionKey[])
  if (value instanceof Uint8Array) return value.length === 0 ? 0n : notMinusOne(signed(sipHash13(value, NO_SECRET)))
  throw badKey('pyspark', value, EXPECTED)
}

function hashOfTuple(items: readonly PartitionKey[]): bigint {
  let h = 0x345678n
  for (const item of items) h = ((h ^ portableHash(item)) * 1000003n) & MAX_SIZE
  return h ^ BigInt(items.length)
}

function hashOfInteger(value: bigint): bigint {
  return notMinusOne(value % PRIME)
}

function hashOfNumber(value: number): bigint {
  if (Number.isInteger(value)) return hashOfInteger(BigInt(value))
  if (value === Infinity) return 314159n
  if (value === -Infinity) return -314159n
  if (Number.isNaN(value)) throw badKey('pyspark', value, 'a number: Python hashes each NaN by its identity')
  // value is whole * 2^-shift, and 2^61 is 1 modulo the prime.
  let whole = value
  let shift = 0n
  while (!Number.isInteger(whole)) {
    whole *= 2
    shift += 1n
  }
  const factor = 1n << ((61n - (shift % 61n)) % 61n)
  return hashOfInteger((BigInt(whole) % PRIME) * factor)
}

/** -1 says in Python's C code that hashing failed, so it is never a hash. */
function notMinusOne(hash: bigint): bigint {
  return hash === -1n ? -2n : hash
}

function signed(hash: bigint): bigint {
  return BigInt.asIntN(64, hash)
}

/** Text as CPython keeps it: 1, 2 or 4 bytes for each character, as the widest one needs. */
function pythonText(text: string): Uint8Array {
  let widest = 0
  for (let i = 0; i < text.length; i++) widest |= text.charCodeAt(i)
  if (widest < 0x100) {
    const bytes = new Uint8Array(text.length)
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
    return bytes
  }
  const points = Array.from(text, (character) => character.codePointAt(0)!)
  if (points.length < text.length) return new Uint8Array(Uint32Array.from(points).buffer)
  return new Uint8Array(Uint16Array.from(points).buffer)
}
