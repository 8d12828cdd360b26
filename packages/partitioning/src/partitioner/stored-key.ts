import { partitioningErrors } from '../errors.ts'

/** A key as a description keeps it: what JSON cannot hold is wrapped, and a tuple is an array. */
export type StoredKey =
  | string
  | number
  | boolean
  | null
  | { readonly number: 'NaN' | 'Infinity' | '-Infinity' }
  | { readonly bigint: string }
  | { readonly bytes: string }
  | readonly StoredKey[]

/** A key as JSON can hold it. */
export function storeKey(option: string, key: unknown): StoredKey {
  if (typeof key === 'string' || typeof key === 'boolean' || key === null) return key
  if (typeof key === 'number') {
    return Number.isFinite(key) ? key : { number: String(key) as 'NaN' | 'Infinity' | '-Infinity' }
  }
  if (typeof key === 'bigint') return { bigint: String(key) }
  if (Array.isArray(key)) return key.map((item) => storeKey(option, item))
  if (key instanceof Uint8Array) {
    return { bytes: Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('') }
  }
  const expected = 'strings, numbers, bigints, booleans, null, Uint8Arrays or tuples of these'
  throw partitioningErrors.BAD_OPTION({ option, value: key, expected })
}

/** What {@link storeKey} made something of, and anything else as it is. */
export function loadKey(option: string, key: unknown): unknown {
  if (Array.isArray(key)) return key.map((item) => loadKey(option, item))
  if (typeof key !== 'object' || key === null || key instanceof Uint8Array) return key
  const { number, bigint, bytes } = key as Readonly<Record<string, unknown>>
  if (number === 'NaN' || number === 'Infinity' || number === '-Infinity') return Number(number)
  if (typeof bigint === 'string' && /^-?\d+$/.test(bigint)) return BigInt(bigint)
  if (typeof bytes === 'string' && /^([0-9a-f]{2})*$/.test(bytes)) return bytesOf(bytes)
  const expected = 'what toJSON made of a key'
  throw partitioningErrors.BAD_OPTION({ option, value: key, expected })
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}
