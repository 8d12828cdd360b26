import { defineErrors, type DefinedErrors } from '@ringkeeper/core'

const table = {
  DUPLICATE_MEMBER: (data: { readonly path: string; readonly id: string; readonly waited: number }): string =>
    `the member ${data.id} of ${data.path} is still there after ${data.waited} ms, longer than the session of a former process can live; give this one another id`,
  INVALID_CONFIG: (data: {
    readonly path: string
    readonly version: number
    readonly issues: readonly string[]
  }): string => `version ${data.version} of the configuration at ${data.path} is not valid: ${data.issues.join('; ')}`,
  INVALID_UPDATE: (data: { readonly path: string; readonly issues: readonly string[] }): string =>
    `the new configuration for ${data.path} is not valid and was not written: ${data.issues.join('; ')}`,
  NO_CONFIG: (data: { readonly path: string }): string =>
    `there is no configuration at ${data.path}; write one, or give the default option`,
}

/** Errors of this package; the codes begin with `RK_COORDINATION_`. */
export const coordinationErrors: DefinedErrors<'RK_COORDINATION_', typeof table> = defineErrors(
  'RK_COORDINATION_',
  table,
)
