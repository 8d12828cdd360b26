/** A value as JSON text; tokens and other bigints become decimal strings, errors their message. */
export function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part: unknown) => {
      if (typeof part === 'bigint') return part.toString()
      return part instanceof Error ? part.message : part
    },
    2,
  )
}
