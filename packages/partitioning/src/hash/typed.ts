import { partitioningErrors } from '../errors.ts'

/** Refuses numbers that are no Java int. */
export function checkInt(kind: string, key: number): number {
  if ((key | 0) === key) return key | 0
  const expected = 'a 32-bit integer as a number, a 64-bit one as a bigint, or set numbers to "double"'
  throw partitioningErrors.BAD_KEY({ kind, key, expected })
}

/** Refuses bigints that are no Java long. */
export function checkLong(kind: string, key: bigint): bigint {
  if (BigInt.asIntN(64, key) === key) return key
  throw partitioningErrors.BAD_KEY({ kind, key, expected: 'a bigint of 64 bits with sign' })
}

/** The error for a key of a type that a kind has no rule for. */
export function badKey(kind: string, key: unknown, expected: string): Error {
  return partitioningErrors.BAD_KEY({ kind, key, expected })
}
