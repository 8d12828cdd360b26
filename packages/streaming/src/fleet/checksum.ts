import { murmur3 } from '@ringkeeper/hashing'

/** Eight hexadecimal digits for a JSON value, whatever the order of its names. */
export function checksum(value: unknown): string {
  return murmur3(canonical(value)).toString(16).padStart(8, '0')
}

/** JSON that does not depend on the order of names. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'not set'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`)
    .join(',')}}`
}
