import { defineErrors, type DefinedErrors } from '@ringkeeper/core'
import { configErrorTable } from './config/error-table.ts'
import { fleetErrorTable } from './fleet/error-table.ts'
import { pipelineErrorTable } from './pipeline/error-table.ts'
import { pluginErrorTable } from './plugins/error-table.ts'
import { shardErrorTable } from './shard/error-table.ts'
import { sinkErrorTable } from './sinks/error-table.ts'
import { sourceErrorTable } from './sources/error-table.ts'

// Each folder keeps its own part.
type Table = typeof configErrorTable &
  typeof fleetErrorTable &
  typeof pipelineErrorTable &
  typeof pluginErrorTable &
  typeof shardErrorTable &
  typeof sinkErrorTable &
  typeof sourceErrorTable

const table: Table = {
  ...configErrorTable,
  ...fleetErrorTable,
  ...pipelineErrorTable,
  ...pluginErrorTable,
  ...shardErrorTable,
  ...sinkErrorTable,
  ...sourceErrorTable,
}

/** Errors of pipelines; the codes begin with `RK_STREAMING_`. */
export const streamingErrors: DefinedErrors<'RK_STREAMING_', Table> = defineErrors('RK_STREAMING_', table)
