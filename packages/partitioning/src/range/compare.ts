import { partitioningErrors } from '../errors.ts'

/** Says with a number below, of or above 0 which key comes first, as for `Array.prototype.sort`. */
export type Compare<K = unknown> = (a: K, b: K) => number

/**
 * The order that keys have by themselves: numbers and bigints by value (NaN last, as in Java), strings by UTF-16 units
 * as Java's `compareTo`, false before true, bytes and tuples item by item.
 *
 * @throws RK_PARTITIONING_BAD_KEY for keys that have no order among each other
 */
export function naturalOrder(a: unknown, b: unknown): number {
  if (isNumeric(a) && isNumeric(b)) return a < b ? -1 : a > b ? 1 : Number(a !== a) - Number(b !== b)
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (isListed(a) && isListed(b)) return listOrder(a, b)
  const expected = 'keys of the type of the bounds, or an own comparator'
  throw partitioningErrors.BAD_KEY({ kind: 'range', key: isNumeric(b) || typeof b === 'string' ? a : b, expected })
}

function listOrder(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const order = naturalOrder(a[i], b[i])
    if (order !== 0) return order
  }
  return a.length - b.length
}

function isNumeric(key: unknown): key is number | bigint {
  return typeof key === 'number' || typeof key === 'bigint'
}

function isListed(key: unknown): key is ArrayLike<unknown> {
  return Array.isArray(key) || key instanceof Uint8Array
}
