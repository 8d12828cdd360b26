import { writeFile } from 'node:fs/promises'
import type { AddCommand } from '@ringkeeper/command-line'
import { pipelineJsonSchema, registryFor } from '@ringkeeper/streaming'
import { pluginOptionsFor } from '../config/load-config.ts'
import { withReferences } from '../config/references-in-schema.ts'
import { readConfigFile } from '../config/read-file.ts'

/** `schema [FILE]`: the JSON Schema of configurations, for editors. */
export const schema: AddCommand = (program, io) => {
  program
    .command('schema [file]')
    .description('Print the JSON Schema of configurations, for editors; with the plugins that a file names')
    .option('-o, --output <path>', 'write it to a file')
    .action(async (file: string | undefined, { output }: { readonly output?: string }) => {
      // The rest of the file need not be valid.
      const input = file === undefined ? {} : await readConfigFile(file)
      const registry = await registryFor(input, pluginOptionsFor(file ?? 'pipeline.yaml'))
      const text = `${JSON.stringify(withReferences(pipelineJsonSchema(registry)), undefined, 2)}\n`
      if (output === undefined) io.out(text)
      else await writeFile(output, text)
    })
}
