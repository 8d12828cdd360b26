import { defineErrors, type DefinedErrors } from '@ringkeeper/core'
import { configErrorTable } from './config/error-table.ts'
import { pipelineErrorTable } from './pipeline/error-table.ts'
import { pluginErrorTable } from './plugins/error-table.ts'
import { sinkErrorTable } from './sinks/error-table.ts'
import { sourceErrorTable } from './sources/error-table.ts'

// Each folder keeps its own part.
type Table = typeof configErrorTable &
  typeof pipelineErrorTable &
  typeof pluginErrorTable &
  typeof sinkErrorTable &
  typeof sourceErrorTable

const table: Table = {
  ...configErrorTable,
  ...pipelineErrorTable,
  ...pluginErrorTable,
  ...sinkErrorTable,
  ...sourceErrorTable,
}

/** Errors of pipelines; the codes begin with `RK_STREAMING_`. */
export const streamingErrors: DefinedErrors<'RK_STREAMING_', Table> = defineErrors('RK_STREAMING_', table)
