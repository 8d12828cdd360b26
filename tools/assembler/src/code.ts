/** Bytes of a module, in pieces. */
export type Code = readonly (number | Code)[]

/** All pieces in a row. */
export function flat(parts: Code): number[] {
  return parts.flatMap((part) => (typeof part === 'number' ? [part] : flat(part)))
}

/** A number without sign, as LEB128. */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, unsigned(value >>> 7)]
}

/** A 32-bit number with its sign, as LEB128. */
export function signed(value: number): Code {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, signed(value >> 7)]
}

/** How many, and then each. */
export function list(items: readonly Code[]): Code {
  return [unsigned(items.length), ...items]
}

/** A name in ASCII. */
export function name(ascii: string): Code {
  return list(Array.from(ascii, (char) => [char.charCodeAt(0)]))
}
