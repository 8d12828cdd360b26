import type { Plugin } from '@ringkeeper/core'
import { builtInPlugin } from './built-in.ts'
import { loadPlugins, type LoadPluginsOptions } from './load-plugins.ts'
import { PluginRegistry } from './registry.ts'

/**
 * The components that a configuration can use: the built-in ones, those of the given plugins, and those of the plugins that
 * it names itself. It need not be valid yet.
 */
export async function registryFor(
  input: unknown,
  options: LoadPluginsOptions & { readonly plugins?: readonly Plugin[] } = {},
): Promise<PluginRegistry> {
  const { plugins: names } = (typeof input === 'object' && input !== null ? input : {}) as { plugins?: unknown }
  const named = Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : []
  return new PluginRegistry([builtInPlugin, ...(options.plugins ?? []), ...(await loadPlugins(named, options))])
}
