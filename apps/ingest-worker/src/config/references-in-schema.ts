import type { JsonSchema } from '@ringkeeper/streaming'

/** Text with a `${ENV}` in it. */
const reference: JsonSchema = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}' }

/** The same JSON Schema for files in which `${ENV}` can stand for any text, number or truth value. */
export function withReferences(schema: JsonSchema): JsonSchema {
  const inner = Object.fromEntries(Object.entries(schema).map(([word, value]) => [word, visit(word, value)]))
  if (!isNarrow(schema)) return inner
  const { description, ...rest } = inner
  return { ...(description !== undefined && { description }), anyOf: [rest, reference] }
}

/** Words whose value is a map of schemas by name. */
const maps = new Set(['properties', '$defs', 'patternProperties'])

function visit(word: string, value: unknown): unknown {
  if (word === 'default' || word === 'const' || word === 'enum' || word === 'required') return value
  if (Array.isArray(value)) return value.map((item: unknown) => (isSchema(item) ? withReferences(item) : item))
  if (!isSchema(value)) return value
  if (!maps.has(word)) return withReferences(value)
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isSchema(item) ? withReferences(item) : item]),
  )
}

/** Whether a reference would not pass as it is. */
function isNarrow({ type, pattern, enum: choices }: JsonSchema): boolean {
  return type === 'number' || type === 'integer' || type === 'boolean' || pattern !== undefined || choices !== undefined
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
