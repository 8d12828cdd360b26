import type { AddCommand } from '@ringkeeper/command-line'
import type { PipelineConfig } from '@ringkeeper/streaming'
import { loadConfig } from '../config/load-config.ts'
import type { Redactor } from '../config/redactor.ts'

/** `validate FILE`: checks a configuration without connecting to anything. */
export function validate(redactor: Redactor): AddCommand {
  return (program, io) => {
    program
      .command('validate <file>')
      .description('Check a configuration: every option, every plugin, every environment variable')
      .action(async (file: string) => {
        const { config } = await loadConfig(file, redactor)
        io.out(`${file} is valid: pipeline ${config.pipeline}, ${config.source.type} -> ${targetsOf(config)}\n`)
        for (const warning of warnings(config)) io.err(`warning: ${warning}\n`)
      })
  }
}

function targetsOf({ route }: PipelineConfig): string {
  return route.targets.map(({ name, sink }) => `${name} (${sink.type})`).join(', ')
}

function warnings({ route, deadLetters }: PipelineConfig): string[] {
  return [
    ...(route.key === 'key'
      ? []
      : [`route.key ${route.key}: records of one key are in order only where it also decides the partition`]),
    ...(deadLetters ? [] : ['there are no deadLetters: a record that cannot be processed stops its shard']),
  ]
}
