import { dirname, resolve } from 'node:path'
import { isRingkeeperError, type Plugin } from '@ringkeeper/core'
import {
  registryFor,
  streamingErrors,
  validatePipeline,
  type ConfigProblem,
  type PipelineConfig,
  type PipelineInput,
  type PluginRegistry,
} from '@ringkeeper/streaming'
import { appPlugins } from '../app-plugins.ts'
import { resolveEnvironment, type ResolvedConfig } from './environment.ts'
import { importModule } from './import-module.ts'
import { readConfigFile } from './read-file.ts'
import type { Redactor } from './redactor.ts'
import { withScalars } from './scalars.ts'

/** A configuration file that is ready to run. */
export interface LoadedConfig {
  /** What {@link startPipeline} takes. */
  readonly input: PipelineInput
  readonly config: PipelineConfig
  readonly registry: PluginRegistry
  readonly pluginOptions: PluginOptions
}

/** Where the plugins of a file come from. */
export interface PluginOptions {
  readonly plugins: readonly Plugin[]
  readonly folder: string
  readonly importModule: (url: string) => Promise<unknown>
}

/** The plugins of this app, and the place that a file's own plugins are relative to. */
export function pluginOptionsFor(file: string): PluginOptions {
  return { plugins: appPlugins, folder: dirname(resolve(file)), importModule }
}

/**
 * Reads a configuration file, replaces `${ENV}` in it, and checks it as a whole.
 *
 * @param redactor - is told the secrets.
 * @throws RK_STREAMING_CONFIG_INVALID with all problems, errors about plugins and files; none of them shows a secret.
 */
export async function loadConfig(
  file: string,
  redactor: Redactor,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<LoadedConfig> {
  const resolved = resolveEnvironment(await readConfigFile(file), environment)
  redactor.add(resolved.secrets)
  const pluginOptions = pluginOptionsFor(file)
  const registry = await registryFor(resolved.config, pluginOptions)
  const { input, config, problems } = await validate(resolved, registry)
  const all = [
    ...resolved.problems,
    ...problems.filter(({ path }) => !resolved.problems.some((one) => one.path === path)),
  ]
  if (!config || all.length > 0) {
    throw streamingErrors.CONFIG_INVALID({
      problems: all.map((problem) => ({ ...problem, value: redactor.value(problem.value) })),
    })
  }
  return { input, config, registry, pluginOptions }
}

interface Validated {
  readonly input: PipelineInput
  readonly config?: PipelineConfig
  readonly problems: readonly ConfigProblem[]
}

async function validate({ config, fromEnvironment }: ResolvedConfig, registry: PluginRegistry): Promise<Validated> {
  const first = await attempt(config, registry)
  const places = first.problems.map(({ path }) => path).filter((path) => fromEnvironment.has(path))
  // The environment knows only text: where text was refused, numbers and truth values in it are tried.
  return places.length === 0 ? first : await attempt(withScalars(config, new Set(places)), registry)
}

async function attempt(value: unknown, registry: PluginRegistry): Promise<Validated> {
  const input = value as PipelineInput
  try {
    return { input, config: await validatePipeline(input, registry), problems: [] }
  } catch (error) {
    if (!isRingkeeperError(error, 'RK_STREAMING_CONFIG_INVALID')) throw error
    return { input, problems: (error.data as { readonly problems: readonly ConfigProblem[] }).problems }
  }
}
