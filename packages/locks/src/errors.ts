import { defineErrors, type DefinedErrors } from '@ringkeeper/core'

const table = {
  TIMEOUT: (data: { readonly path: string; readonly timeout: number }): string =>
    `no turn at ${data.path} came within ${data.timeout} ms; raise the timeout option to wait longer`,
  RELEASED: (data: { readonly path: string }): string => `${data.path} was given up here`,
}

/** Errors of this package; the codes begin with `RK_LOCKS_`. */
export const locksErrors: DefinedErrors<'RK_LOCKS_', typeof table> = defineErrors('RK_LOCKS_', table)
