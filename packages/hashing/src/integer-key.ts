import { hashingErrors } from './errors.ts'

/** The lower 32 bits of a 64-bit key, signed. */
export function lowHalf(key: number | bigint): number {
  return typeof key === 'number' ? key | 0 : Number(BigInt.asIntN(32, key))
}

/** The upper 32 bits of a 64-bit key, signed. */
export function highHalf(key: number | bigint): number {
  return typeof key === 'number' ? Math.floor(key / 0x1_0000_0000) | 0 : Number(BigInt.asIntN(32, key >> 32n))
}

/** Refuses what is no safe integer and no bigint of at most 64 bits. */
export function checkIntegerKey(key: number | bigint): void {
  if (typeof key === 'number' ? Number.isSafeInteger(key) : isBigint64(key)) return
  throw hashingErrors.BAD_KEY({ key })
}

function isBigint64(key: unknown): boolean {
  return typeof key === 'bigint' && key >= -0x8000_0000_0000_0000n && key <= 0xffff_ffff_ffff_ffffn
}

/** Refuses a number of buckets that is none. */
export function checkBuckets(buckets: number): void {
  if (Number.isInteger(buckets) && buckets >= 1 && buckets <= 0x7fff_ffff) return
  throw hashingErrors.BAD_OPTION({ option: 'buckets', value: buckets, expected: 'an integer from 1 to 2147483647' })
}
