import type { Chunk, RecordFailure } from '@ringkeeper/core'
import { beginning } from '../slice.ts'
import { unwritten, type ChunkPlace } from '../unwritten.ts'
import type { Lines } from './format-lines.ts'

/**
 * What to report when the lines were written: the record that cannot be one, and those held back behind it.
 *
 * @param from - where the lines begin in the whole write.
 */
export function lineFailures(
  chunks: readonly Chunk[],
  { stop }: Lines,
  from: ChunkPlace = beginning,
): readonly RecordFailure[] {
  if (!stop) return []
  const place = { chunk: from.chunk + stop.place.chunk, entry: stop.place.entry }
  return unwritten(chunks, place, stop.error, { records: 1, isRetryable: false })
}
