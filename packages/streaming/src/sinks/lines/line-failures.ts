import type { Chunk, RecordFailure } from '@ringkeeper/core'
import { unwritten } from '../unwritten.ts'
import type { Lines } from './format-lines.ts'

/** What to report when the lines were written: the record that cannot be one, and those held back behind it. */
export function lineFailures(chunks: readonly Chunk[], { stop }: Lines): readonly RecordFailure[] {
  return stop ? unwritten(chunks, stop.place, stop.error, { records: 1, isRetryable: false }) : []
}
