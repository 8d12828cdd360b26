/** Bytes of an unsigned varint; `value` is taken as 32 bits without sign. */
export function unsignedVarintSize(value: number): number {
  const rest = value >>> 0
  if (rest < 0x80) return 1
  if (rest < 0x4000) return 2
  if (rest < 0x20_0000) return 3
  return rest < 0x1000_0000 ? 4 : 5
}

/** A signed 32-bit number as an unsigned one, small for small numbers of both signs. */
export function zigzag(value: number): number {
  return (value << 1) ^ (value >> 31)
}

/** Bytes of a zigzag varint. */
export function varintSize(value: number): number {
  return unsignedVarintSize(zigzag(value))
}

/** Writes a zigzag varint and returns the position after it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = zigzag(value) >>> 0
  let next = at
  for (; rest > 0x7f; rest >>>= 7) bytes[next++] = (rest & 0x7f) | 0x80
  bytes[next] = rest
  return next + 1
}

/** {@link varintSize} for whole numbers up to 2^52 either way. */
export function varlongSize(value: number): number {
  if (isSmall(value)) return varintSize(value)
  let size = 1
  for (let rest = zigzagLong(value); rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1
  return size
}

/** {@link writeVarint} for whole numbers up to 2^52 either way. */
export function writeVarlong(bytes: Uint8Array, at: number, value: number): number {
  if (isSmall(value)) return writeVarint(bytes, at, value)
  let next = at
  let rest = zigzagLong(value)
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes[next++] = (rest % 0x80) | 0x80
  bytes[next] = rest
  return next + 1
}

/** Most differences of times are: then the faster way on 32 bits will do. */
function isSmall(value: number): boolean {
  return value >= -0x4000_0000 && value < 0x4000_0000
}

function zigzagLong(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}
