import { formatPath, type ConfigPath } from '@ringkeeper/streaming'

/** The same configuration, with the text at some places read as a number or a truth value where it looks like one. */
export function withScalars(config: unknown, places: ReadonlySet<string>): unknown {
  return visit(config, [])

  function visit(value: unknown, path: ConfigPath): unknown {
    if (typeof value === 'string') return places.has(formatPath(path)) ? scalar(value) : value
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]))
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, [...path, key])]))
  }
}

function scalar(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
