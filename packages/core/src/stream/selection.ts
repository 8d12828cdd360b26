/**
 * Some records of a batch, in rising order: entries `start` up to but not including `end` of `indices` are record
 * numbers. Selections of one batch share one array.
 */
export interface Selection {
  readonly indices: Uint32Array
  readonly start: number
  readonly end: number
}

/** The number of records in a selection. */
export function selectedCount(selection: Selection): number {
  return selection.end - selection.start
}
