import { partitioningErrors } from '../errors.ts'

/** A key as a description keeps it: what JSON cannot hold is wrapped. */
export type StoredKey = string | number | boolean | null | { readonly bigint: string } | { readonly bytes: string }

/** A key as JSON can hold it. */
export function storeKey(option: string, key: unknown): StoredKey {
  if (typeof key === 'string' || typeof key === 'boolean' || key === null) return key
  if (typeof key === 'number' && Number.isFinite(key)) return key
  if (typeof key === 'bigint') return { bigint: String(key) }
  if (key instanceof Uint8Array)
    return { bytes: Array.from(key, (byte) => byte.toString(16).padStart(2, '0')).join('') }
  const expected = 'strings, finite numbers, bigints, booleans, null or Uint8Arrays'
  throw partitioningErrors.BAD_OPTION({ option, value: key, expected })
}

/** What {@link storeKey} made something of, and anything else as it is. */
export function loadKey(key: unknown): unknown {
  if (typeof key !== 'object' || key === null || key instanceof Uint8Array) return key
  if ('bigint' in key) return BigInt(key.bigint as string)
  if ('bytes' in key) {
    const hex = key.bytes as string
    return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
  }
  return key
}
