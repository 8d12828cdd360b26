import { streamingErrors } from '../errors.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import { componentOptions, unknownType, type ComponentPlace } from './component-options.ts'
import { problemsOf } from './issues.ts'
import type { ComponentConfig, PipelineConfig } from './pipeline-config.ts'
import type { ConfigProblem } from './problem.ts'
import { contradictions } from './contradictions.ts'
import { pipelineFile, type PipelineFile } from './schema/pipeline-file.ts'

/**
 * Checks a pipeline and the options of all its components, and fills in the defaults.
 *
 * @param input - what stands in the file, with `${ENV}` already replaced.
 * @throws RK_STREAMING_CONFIG_INVALID with all problems that were found.
 */
export async function validatePipeline(input: unknown, registry: PluginRegistry): Promise<PipelineConfig> {
  const parsed = pipelineFile.safeParse(input)
  const problems: ConfigProblem[] = parsed.success ? [] : problemsOf(parsed.error.issues, input, pipelineFile)
  const options = new Map<unknown, unknown>()
  // The components are checked as they stand, so that all problems are told at once.
  for (const place of componentsOf(parsed.success ? parsed.data : input)) {
    const outcome = await componentOptions(place, registry)
    if ('problems' in outcome) problems.push(...outcome.problems)
    else options.set(place.value, outcome.options)
  }
  const { codec } = asRecord(parsed.success ? parsed.data : input)
  if (typeof codec === 'string' && codec !== '' && !registry.find('codec', codec))
    problems.push(unknownType('codec', ['codec'], codec, registry))
  if (parsed.success) problems.push(...contradictions(parsed.data))
  if (!parsed.success || problems.length > 0) throw streamingErrors.CONFIG_INVALID({ problems })
  return configOf(parsed.data, options)
}

/** Every component but the codec. */
function componentsOf(file: unknown): ComponentPlace[] {
  const { coordination, source, route, deadLetters } = asRecord(file)
  const { targets } = asRecord(route)
  const sinks = (Array.isArray(targets) ? targets : []).map((target, index): ComponentPlace => ({
    kind: 'sink',
    path: ['route', 'targets', index, 'sink'],
    value: asRecord(target)['sink'],
  }))
  return [
    { kind: 'coordinator', path: ['coordination'], value: coordination },
    { kind: 'source', path: ['source'], value: source },
    ...sinks,
    { kind: 'sink', path: ['deadLetters'], value: deadLetters },
  ]
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function configOf(file: PipelineFile, options: ReadonlyMap<unknown, unknown>): PipelineConfig {
  const component = (given: { readonly type: string }): ComponentConfig => ({
    type: given.type,
    options: options.get(given),
  })
  const { root, sessionTimeout, serverTick } = file.coordination
  return {
    pipeline: file.pipeline,
    plugins: file.plugins,
    coordination: { ...component(file.coordination), root, sessionTimeout, serverTick },
    source: component(file.source),
    codec: file.codec,
    route: {
      ...file.route,
      targets: file.route.targets.map((target) => ({ ...target, sink: component(target.sink) })),
    },
    deadLetters: file.deadLetters && component(file.deadLetters),
    worker: {
      ...file.worker,
      zone: file.worker.zone,
      capacity: file.worker.capacity,
      writeTimeout: file.worker.writeTimeout ?? sessionTimeout / 4,
    },
    http: file.http,
  }
}
