import { hashingErrors } from './errors.ts'

/** The lower 32 bits of a 64-bit key, signed. */
export function lowHalf(key: number | bigint): number {
  return typeof key === 'number' ? key | 0 : Number(BigInt.asIntN(32, key))
}

/** The upper 32 bits of a 64-bit key, signed. */
export function highHalf(key: number | bigint): number {
  return typeof key === 'number' ? Math.floor(key / 0x1_0000_0000) | 0 : Number(BigInt.asIntN(32, key >> 32n))
}

/** Whether a value is a safe integer or a bigint of at most 64 bits, with a sign or without. */
export function isInteger64(value: unknown): value is number | bigint {
  if (typeof value === 'number') return Number.isSafeInteger(value)
  return typeof value === 'bigint' && value >= -0x8000_0000_0000_0000n && value <= 0xffff_ffff_ffff_ffffn
}

/** Refuses any other key. */
export function checkIntegerKey(key: unknown): void {
  if (!isInteger64(key)) throw hashingErrors.BAD_KEY({ key, expected: 'a safe integer or a bigint of at most 64 bits' })
}
