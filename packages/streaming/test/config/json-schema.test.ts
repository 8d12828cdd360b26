import { defineSink, definePlugin } from '@ringkeeper/core'
import { builtInPlugin, pipelineJsonSchema, PluginRegistry } from '@ringkeeper/streaming'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const acme = definePlugin({
  name: 'acme',
  apiVersion: 1,
  components: [
    defineSink<{ room: string }>({
      type: 'acme.chat',
      schema: z.strictObject({ room: z.string() }),
      capabilities: { ordered: true, idempotent: false, fenced: false },
      create: () => ({ write: async () => {}, [Symbol.asyncDispose]: async () => {} }),
    }),
  ],
})

interface Schemas {
  readonly oneOf: readonly { readonly properties: Record<string, unknown>; readonly required: readonly string[] }[]
}

describe("a pipeline file's JSON Schema", () => {
  const schema = pipelineJsonSchema(new PluginRegistry([builtInPlugin, acme]))
  const { source, sink, coordination } = schema['$defs'] as Record<string, Schemas>
  const types = (schemas: Schemas | undefined): unknown[] =>
    (schemas?.oneOf ?? []).map(({ properties }) => (properties['type'] as { const: string }).const)

  it('is draft 2020-12 and refuses unknown keys', () => {
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
    expect(schema['additionalProperties']).toBe(false)
  })

  it('has the components of all plugins', () => {
    expect(types(source)).toEqual(['generate', 'file'])
    expect(types(sink)).toEqual(['stdout', 'file', 'memory', 'http', 'acme.chat'])
    expect((schema['properties'] as Record<string, { enum?: unknown }>)['codec']?.enum).toEqual([
      'bytes',
      'text',
      'json',
    ])
  })

  it("has each component's options beside its type", () => {
    const chat = sink?.oneOf.at(-1)
    expect(Object.keys(chat?.properties ?? {})).toEqual(['type', 'room'])
    expect(chat?.required).toEqual(['type', 'room'])
    expect(Object.keys(coordination?.oneOf[0]?.properties ?? {})).toEqual([
      'type',
      'root',
      'sessionTimeout',
      'serverTick',
      'positions',
    ])
  })

  it('leads to the components from where they are named', () => {
    const text = JSON.stringify(schema['properties'])
    expect(text).toContain('"sink":{"$ref":"#/$defs/sink"}')
    expect(text).toContain('"$ref":"#/$defs/source"')
    expect(text).toContain('"$ref":"#/$defs/coordination"')
  })
})
