import type { AddCommand } from '@ringkeeper/command-line'
import { pipelineWarnings, type PipelineConfig } from '@ringkeeper/streaming'
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
        for (const { path, message } of pipelineWarnings(config)) io.err(`warning: ${path}: ${message}\n`)
      })
  }
}

function targetsOf({ route }: PipelineConfig): string {
  return route.targets.map(({ name, sink }) => `${name} (${sink.type})`).join(', ')
}
