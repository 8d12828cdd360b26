import { defineErrors, type DefinedErrors } from '@ringkeeper/core'

const table = {
  CONFIG_UNREADABLE: (data: { readonly file: string; readonly reason: string }): string =>
    `the configuration ${data.file} cannot be read: ${data.reason}`,
  CONFIG_SYNTAX: (data: { readonly file: string; readonly reason: string }): string =>
    `the configuration ${data.file} is not readable as what its name says: ${data.reason}`,
  CONFIG_KIND: (data: { readonly file: string }): string =>
    `the configuration ${data.file} is of no known kind; its name must end in .yaml, .yml, .json, .ts, .mts, .js or .mjs`,
  PORT_TAKEN: (data: { readonly host: string; readonly port: number; readonly reason: string }): string =>
    `the status pages cannot listen on ${data.host}:${data.port}: ${data.reason}; change http.host or http.port (0 picks a free one)`,
  NO_FLEET: (data: { readonly pipeline: string; readonly root: string }): string =>
    `no worker has ever joined the pipeline ${data.pipeline} under ${data.root}; is coordination.root right?`,
  NO_SHARED_FLEET: (data: { readonly type: string }): string =>
    `coordination ${data.type} lives and ends with the worker's own process: there is no fleet to look at, and nothing to ` +
    'reset; its /status page shows that worker; coordination: zookeeper makes a fleet',
}

/** Errors of the ingest app; the codes begin with `RK_INGEST_`. */
export const ingestErrors: DefinedErrors<'RK_INGEST_', typeof table> = defineErrors('RK_INGEST_', table)
