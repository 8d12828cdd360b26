import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isRingkeeperError, messageOf, type Plugin } from '@ringkeeper/core'
import { resolve as resolveImport } from 'import-meta-resolve'
import { streamingErrors } from '../errors.ts'
import { checkPlugin } from './check-plugin.ts'

/** Where plugins are looked for. */
export interface LoadPluginsOptions {
  /** The folder that paths and package names are relative to; the working directory when absent. */
  readonly folder?: string
  /** Imports a module by its URL; Node's own `import` when absent. For TypeScript on a Node that cannot read it. */
  readonly importModule?: (url: string) => Promise<unknown>
}

/**
 * Imports plugins by the name of their package, or by a path that begins with `.` or `/`.
 *
 * @throws RK_STREAMING_PLUGIN_NOT_FOUND, RK_STREAMING_PLUGIN_FAILED, RK_STREAMING_NOT_A_PLUGIN or
 * RK_STREAMING_PLUGIN_API_VERSION; RK_STREAMING_CONFIG_INVALID with all problems where several plugins are wrong.
 */
export async function loadPlugins(names: readonly string[], options: LoadPluginsOptions = {}): Promise<Plugin[]> {
  const plugins: Plugin[] = []
  const failures: { readonly path: string; readonly error: unknown }[] = []
  for (const [index, name] of names.entries()) {
    try {
      plugins.push(await loadPlugin(name, options))
    } catch (error) {
      if (!isRingkeeperError(error)) throw error
      failures.push({ path: `plugins[${index}]`, error })
    }
  }
  if (failures.length === 1) throw failures[0]?.error
  if (failures.length === 0) return plugins
  const problems = failures.map(({ path, error }) => ({ path, value: undefined, message: messageOf(error) }))
  throw streamingErrors.CONFIG_INVALID({ problems })
}

async function loadPlugin(plugin: string, options: LoadPluginsOptions): Promise<Plugin> {
  const { folder = process.cwd(), importModule = (url: string): Promise<unknown> => import(url) } = options
  const url = locate(plugin, folder)
  const module = await importModule(url).catch((cause: unknown) => {
    throw streamingErrors.PLUGIN_FAILED({ plugin, reason: messageOf(cause) }, { cause })
  })
  return checkPlugin(defaultExport(module), plugin)
}

function defaultExport(module: unknown): unknown {
  return (module as { readonly default?: unknown }).default
}

/** The URL of the module that a name or path stands for. */
function locate(plugin: string, folder: string): string {
  const url = plugin.startsWith('.') || isAbsolute(plugin) ? locateFile(plugin, folder) : locatePackage(plugin, folder)
  if (url === undefined) throw streamingErrors.PLUGIN_NOT_FOUND({ plugin, from: folder })
  return url
}

function locateFile(plugin: string, folder: string): string | undefined {
  const path = resolve(folder, plugin)
  return existsSync(path) ? pathToFileURL(path).href : undefined
}

/** Looks beside the pipeline first, then beside this package, for plugins installed together with it. */
function locatePackage(plugin: string, folder: string): string | undefined {
  const from = pathToFileURL(`${resolve(folder)}/`).href
  const ways = [
    // Knows the conditions that Node was started with, but not packages that only allow import.
    (): string => pathToFileURL(createRequire(from).resolve(plugin)).href,
    (): string => resolveImport(plugin, from),
    (): string => import.meta.resolve(plugin),
  ]
  for (const way of ways) {
    try {
      return way()
    } catch {
      // The next way may know it.
    }
  }
  return undefined
}
