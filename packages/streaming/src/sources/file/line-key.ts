/** The key that a line has at a path of its JSON; none where the line is not JSON or has nothing there. */
export function lineKey(bytes: Buffer, start: number, end: number, path: string): Buffer | undefined {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8', start, end))
  } catch {
    return undefined // The codec is what reports malformed lines.
  }
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  if (value === undefined || value === null) return undefined
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
}
