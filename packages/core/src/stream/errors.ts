import { defineErrors, type DefinedErrors } from '../errors.ts'

const table = {
  BAD_HEADERS: (data: { readonly position: number }): string =>
    `the headers of a record are not readable at byte ${data.position} of its batch`,
  POSITION_OUT_OF_RANGE: (data: {
    readonly topic: string
    readonly partition: number
    readonly position: number
    /** Where the source's policy wants to go on; absent when it wants to fail. */
    readonly resetTo?: number
  }): string =>
    `position ${data.position} of ${data.topic}/${data.partition} is not in the source any more` +
    (data.resetTo === undefined ? '; choose earliest or latest as the policy for positions out of range' : ''),
}

/** Errors of sources and batches that the runtime understands; the codes begin with `RK_CORE_`. */
export const streamErrors: DefinedErrors<'RK_CORE_', typeof table> = defineErrors('RK_CORE_', table)
