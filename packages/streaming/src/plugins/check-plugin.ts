import type { Plugin } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'

const kinds = new Set(['source', 'sink', 'codec', 'coordinator'])

/**
 * Makes sure that a value is a plugin of this runtime's API.
 *
 * @param plugin - the name it was asked for by, for messages.
 */
export function checkPlugin(value: unknown, plugin: string): Plugin {
  const refuse = (reason: string): Error => streamingErrors.NOT_A_PLUGIN({ plugin, reason })
  if (typeof value !== 'object' || value === null) throw refuse('it has no default export that is an object')
  const { name, apiVersion, components } = value as Partial<Record<keyof Plugin, unknown>>
  if (apiVersion !== 1 && apiVersion !== undefined) throw streamingErrors.PLUGIN_API_VERSION({ plugin, apiVersion })
  if (apiVersion === undefined) throw refuse('it has no apiVersion')
  if (typeof name !== 'string' || name === '') throw refuse('it has no name')
  if (!Array.isArray(components)) throw refuse('it has no list of components')
  for (const component of components as unknown[]) {
    const reason = flaw(component)
    if (reason !== undefined) throw refuse(reason)
  }
  return value as Plugin
}

function flaw(component: unknown): string | undefined {
  if (typeof component !== 'object' || component === null) return 'one of its components is not an object'
  const { kind, type, create, schema } = component as Record<string, unknown>
  if (typeof kind !== 'string' || !kinds.has(kind)) return `it has a component of the unknown kind ${String(kind)}`
  if (typeof type !== 'string' || type === '') return `one of its ${kind} components has no type`
  if (typeof create !== 'function') return `its ${kind} ${type} has no create function`
  if (kind !== 'codec' && !(typeof schema === 'object' || typeof schema === 'function')) {
    return `its ${kind} ${type} has no schema`
  }
  return undefined
}
