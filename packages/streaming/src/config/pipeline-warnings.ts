import { fileWarnings } from './file-warnings.ts'
import type { PipelineConfig, TargetConfig } from './pipeline-config.ts'

/** Something that works, but maybe not as its author thinks. */
export interface ConfigWarning {
  /** Where it stands, such as `route.key`. */
  readonly path: string
  readonly message: string
}

/**
 * What the author of a pipeline should know about it.
 *
 * Without a warning about `route.key` all records of one key leave in order. With a key taken from the value they do so only
 * within each partition, because the source's own key decides the partition.
 */
export function pipelineWarnings({
  route,
  deadLetters,
  ...others
}: Pick<PipelineConfig, 'deadLetters'> & {
  readonly source?: PipelineConfig['source']
  readonly coordination?: Pick<PipelineConfig['coordination'], 'type'>
  readonly route: Pick<PipelineConfig['route'], 'key'> & {
    readonly targets?: readonly Pick<TargetConfig, 'name' | 'sink'>[]
  }
}): readonly ConfigWarning[] {
  const warnings: ConfigWarning[] = []
  if (route.key !== 'key') {
    const message = `with ${route.key}, records of one key are in order only where it also decides the partition`
    warnings.push({ path: 'route.key', message })
  }
  if (!deadLetters) {
    warnings.push({
      path: 'deadLetters',
      message:
        'there are no deadLetters: a record that cannot be processed ends the worker that reads it, and each next one',
    })
  }
  return [...warnings, ...fileWarnings(route.targets ?? [], { deadLetters, ...others })]
}
