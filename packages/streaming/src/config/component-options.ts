import type { Schema } from '@ringkeeper/core'
import type { ComponentKinds, PluginRegistry } from '../plugins/registry.ts'
import { formatPath, type ConfigPath } from './config-path.ts'
import { problemsOf } from './issues.ts'
import { nearest } from './nearest.ts'
import type { ConfigProblem } from './problem.ts'

/** A component as it stands in a file, and where. */
export interface ComponentPlace {
  readonly kind: Exclude<keyof ComponentKinds, 'codec'>
  readonly path: ConfigPath
  readonly value: unknown
}

/** Fields of a component that are not its own options. */
const runtimeFields: Readonly<Record<string, readonly string[]>> = {
  coordinator: ['type', 'root', 'sessionTimeout', 'serverTick'],
}

/** What the component's own schema makes of its options, or what is wrong with them. */
export async function componentOptions(
  place: ComponentPlace,
  registry: PluginRegistry,
): Promise<{ readonly options: unknown } | { readonly problems: readonly ConfigProblem[] }> {
  const { kind, path, value } = place
  // A value that is not a component at all is reported by the schema of the file.
  if (typeof value !== 'object' || value === null) return { problems: [] }
  const { type } = value as Record<string, unknown>
  if (typeof type !== 'string' || type === '') return { problems: [] }
  const component = registry.find(kind, type)
  if (!component) return { problems: [unknownType(kind, [...path, 'type'], type, registry)] }
  const otherNames = runtimeFields[kind] ?? ['type']
  const input = without(value, otherNames)
  const schema: Schema<unknown> = component.schema
  const result = await schema['~standard'].validate(input)
  if (result.issues) return { problems: problemsOf(result.issues, input, schema, { base: path, otherNames }) }
  return { options: result.value }
}

/** The problem of a type that no plugin has. */
export function unknownType(
  kind: keyof ComponentKinds,
  path: ConfigPath,
  type: string,
  registry: PluginRegistry,
): ConfigProblem {
  const known = registry.all(kind).map((component) => component.type)
  const meant = nearest(type, known)
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`
  return {
    path: formatPath(path),
    value: type,
    message: `no plugin has such a ${kind}${hint}; known: ${known.join(', ')}; others are added by plugins`,
  }
}

function without(value: object, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([field]) => !fields.includes(field)))
}
