/**
 * A value as JSON text for people: what has no lists or objects in it stands on one line. Tokens and other bigints become decimal
 * strings, errors their message; numbers have at most three decimals.
 */
export function toJson(value: unknown): string {
  return pretty(JSON.parse(JSON.stringify(value, plain)), '')
}

function plain(_: string, part: unknown): unknown {
  if (typeof part === 'bigint') return part.toString()
  if (typeof part === 'number') return Number(part.toFixed(3))
  return part instanceof Error ? part.message : part
}

function pretty(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const isList = Array.isArray(value)
  const isFlat = Object.values(value).every((part) => typeof part !== 'object' || part === null)
  const inner = isFlat ? '' : `${indent}  `
  const parts = Object.entries(value).map(([name, part]) => {
    const text = pretty(part, inner)
    return isList ? text : `${JSON.stringify(name)}: ${text}`
  })
  const [open, close] = isList ? '[]' : '{}'
  if (!isFlat) return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`
  return isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`
}
