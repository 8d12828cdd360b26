import type { Schema } from '@ringkeeper/core'
import type { PluginRegistry } from '../plugins/registry.ts'
import { jsonSchemaOf } from './issues.ts'
import type { JsonSchema } from './json-schema-properties.ts'
import { pipelineFile } from './schema/pipeline-file.ts'

interface Described {
  readonly type: string
  readonly schema: Schema<never>
}

/** The JSON Schema (draft 2020-12) of a pipeline file, with the components of all plugins, for editors. */
export function pipelineJsonSchema(registry: PluginRegistry): JsonSchema {
  const file = jsonSchemaOf(pipelineFile) ?? {}
  const properties = file['properties'] as Record<string, JsonSchema>
  const coordination = properties['coordination'] as JsonSchema
  const sink = { $ref: '#/$defs/sink' }
  return {
    ...file,
    title: 'A Ringkeeper pipeline',
    properties: {
      ...properties,
      coordination: { ...about(coordination), $ref: '#/$defs/coordination' },
      source: { ...about(properties['source']), $ref: '#/$defs/source' },
      codec: { ...properties['codec'], enum: registry.all('codec').map(({ type }) => type) },
      route: withSink(properties['route'] as JsonSchema, sink),
      deadLetters: { ...about(properties['deadLetters']), ...sink },
    },
    $defs: {
      coordination: oneOf(registry.all('coordinator'), withoutType(coordination)),
      source: oneOf(registry.all('source')),
      sink: oneOf(registry.all('sink')),
    },
  }
}

function about(schema: JsonSchema | undefined): JsonSchema {
  return schema?.['description'] === undefined ? {} : { description: schema['description'] }
}

function withoutType(schema: JsonSchema): Record<string, JsonSchema> {
  const { type: _, ...others } = schema['properties'] as Record<string, JsonSchema>
  return others
}

/** The same route with `sink` as the schema of every target's sink. */
function withSink(route: JsonSchema, sink: JsonSchema): JsonSchema {
  const properties = route['properties'] as Record<string, JsonSchema>
  const targets = properties['targets'] as JsonSchema
  const target = targets['items'] as JsonSchema
  const items = { ...target, properties: { ...(target['properties'] as object), sink } }
  return { ...route, properties: { ...properties, targets: { ...targets, items } } }
}

/** Any of the components, told apart by their type. */
function oneOf(components: readonly Described[], shared: Record<string, JsonSchema> = {}): JsonSchema {
  return { oneOf: components.map((component) => described(component, shared)) }
}

function described({ type, schema }: Described, shared: Record<string, JsonSchema>): JsonSchema {
  // A schema that cannot tell its fields lets any pass in the editor; it still checks them itself.
  const { $schema: _, ...options } = jsonSchemaOf(schema as Schema<unknown>) ?? {}
  return {
    ...options,
    type: 'object',
    properties: { type: { const: type }, ...shared, ...(options['properties'] as object | undefined) },
    required: ['type', ...((options['required'] as string[] | undefined) ?? [])],
  }
}
