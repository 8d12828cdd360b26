import { relative, resolve } from 'node:path'
import picomatch from 'picomatch'
import { deadLettersName } from '../target/target-spec.ts'
import { nearest } from './nearest.ts'
import type { PipelineConfig, TargetConfig } from './pipeline-config.ts'
import type { ConfigWarning } from './pipeline-warnings.ts'

const placeholders = ['{target}', '{worker}']

/** Whatever else of a pipeline matters for its sinks. */
interface Surroundings {
  readonly source?: PipelineConfig['source']
  readonly deadLetters?: PipelineConfig['deadLetters']
  readonly coordination?: Pick<PipelineConfig['coordination'], 'type'>
}

/** What may be wrong with the paths of sinks that write to files. */
export function fileWarnings(
  targets: readonly Pick<TargetConfig, 'name' | 'sink'>[],
  { deadLetters, source, coordination }: Surroundings,
): ConfigWarning[] {
  const sinks = targets.map(({ name, sink }, index) => ({ name, sink, place: `route.targets[${index}].sink` }))
  if (deadLetters) sinks.push({ name: deadLettersName, sink: deadLetters, place: 'deadLetters' })
  const warnings: ConfigWarning[] = []
  const isFleet = coordination !== undefined && coordination.type !== 'memory'
  const writers = new Map<string, string>()
  const isRead = source?.type === 'file' ? readBy(source.options as { readonly path: readonly string[] }) : () => false
  for (const { name, sink, place } of sinks) {
    if (sink.type !== 'file') continue
    const { path } = sink.options as { readonly path: string }
    const warn = (message: string): void => void warnings.push({ path: `${place}.path`, message })
    for (const [found] of path.matchAll(/\{[^{}]*\}/g)) if (!placeholders.includes(found)) warn(unknown(found))
    if (isFleet && !path.includes('{worker}'))
      warn('all workers write to this file: without {worker} their lines may be lost')
    const file = resolve(path.replaceAll('{target}', name))
    const other = writers.get(file)
    if (other === undefined) writers.set(file, place)
    else warn(`${other} writes to this file too, so their lines are mixed`)
    if (isRead(file)) warn('the source reads this file too, so what is written comes round again; see source.path')
  }
  return warnings
}

/** Whether a source of files reads a file, as far as its path tells: what stands for {worker} is not known. */
function readBy({ path }: { readonly path: readonly string[] }): (file: string) => boolean {
  const excluded = path.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1))
  const included = path.filter((pattern) => !pattern.startsWith('!'))
  const isMatch = picomatch(included, { dot: true, ignore: excluded })
  const slashed = (file: string): string => file.replaceAll('\\', '/')
  return (file) => isMatch(slashed(file)) || isMatch(slashed(relative('', file)))
}

function unknown(placeholder: string): string {
  const meant = nearest(placeholder, placeholders)
  const hint = meant === undefined ? `there are ${placeholders.join(' and ')}` : `did you mean ${meant}?`
  return `${placeholder} stands for nothing and stays as it is; ${hint}`
}
