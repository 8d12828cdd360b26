/** The four bytes from `at` on as a little-endian 32-bit number, signed. */
export function readWord(bytes: Uint8Array, at: number): number {
  // `| 0`: otherwise V8 looks after each sum whether it is still a 32-bit number.
  return bytes[at]! | (bytes[(at + 1) | 0]! << 8) | (bytes[(at + 2) | 0]! << 16) | (bytes[(at + 3) | 0]! << 24)
}

/** Rotates 32 bits to the left by 1 to 31. */
export function rotateLeft(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by))
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit numbers; Math.imul gives the lower ones. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const cross = Math.imul(aLow, bHigh)
  const other = Math.imul(aHigh, bLow)
  const middle = (Math.imul(aLow, bLow) >>> 16) + (cross & 0xffff) + (other & 0xffff)
  return (Math.imul(aHigh, bHigh) + (cross >>> 16) + (other >>> 16) + (middle >>> 16)) | 0
}

/** 1 where adding `b` gave `sum`, all taken as unsigned, and wrapped around; else 0. */
export function carryOf(sum: number, b: number): number {
  return sum >>> 0 < b >>> 0 ? 1 : 0
}

/** Two 32-bit halves as one unsigned bigint. */
export function toBigint(low: number, high: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}
