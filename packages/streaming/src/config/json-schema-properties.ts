/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** The names of the properties that a schema knows at a path. */
export function propertiesAt(schema: JsonSchema | undefined, path: readonly (string | number)[]): string[] {
  const parts = path.reduce<readonly JsonSchema[]>(
    (reached, step) => reached.flatMap((part) => below(part, step)),
    schema ? alternatives(schema) : [],
  )
  return [...new Set(parts.flatMap((part) => Object.keys((part['properties'] as object | undefined) ?? {})))]
}

/** The schemas that a value may follow at this place. */
function alternatives(schema: JsonSchema): JsonSchema[] {
  const choices = ['anyOf', 'oneOf', 'allOf'].flatMap((word) => (schema[word] as JsonSchema[] | undefined) ?? [])
  return [schema, ...choices.flatMap(alternatives)]
}

function below(schema: JsonSchema, step: string | number): JsonSchema[] {
  const child =
    typeof step === 'number' ? schema['items'] : (schema['properties'] as Record<string, unknown> | undefined)?.[step]
  return typeof child === 'object' && child !== null ? alternatives(child as JsonSchema) : []
}
