const LONGEST_TEXT = 60
const MOST_NAMES = 8

/**
 * A value that was refused, for the message of an error: what it is and, where that is short, how it reads. Never the
 * whole of something long, so that no message carries a payload.
 *
 * @example
 * ```ts
 * describeValue('a') // "a" in quotation marks
 * describeValue(new Map()) // a value of type Map
 * ```
 */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return `"${shortened(value)}"`
  if (typeof value === 'bigint') return `${shortened(String(value))}n`
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return `a value of type ${value.constructor?.name ?? 'object'}`
  return String(value)
}

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}...` : text
}

/** The names that there are, for the message of an error: the first few of many. */
export function describeNames(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const shown = names.slice(0, MOST_NAMES).join(', ')
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown
}
