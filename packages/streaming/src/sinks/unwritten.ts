import type { Chunk, RecordFailure } from '@ringkeeper/core'

/** A place among the chunks of a write: a chunk's number, and an entry of its selection's indices, if not its start. */
export interface ChunkPlace {
  readonly chunk: number
  readonly entry: number
}

/** How many records the error is about, and whether trying them again may help; those after them just were not tried. */
export interface FailedRecords {
  readonly records: number
  readonly isRetryable: boolean
}

/** Reports a record that failed and all after it, which an ordered sink does not write then. */
export function unwritten(
  chunks: readonly Chunk[],
  from: ChunkPlace,
  error: unknown,
  { records, isRetryable }: FailedRecords,
): RecordFailure[] {
  const failures: RecordFailure[] = []
  for (let chunk = from.chunk; chunk < chunks.length; chunk += 1) {
    const { selection } = chunks[chunk] as Chunk
    const start = chunk === from.chunk ? Math.max(from.entry, selection.start) : selection.start
    for (let entry = start; entry < selection.end; entry += 1) {
      const isFailed = failures.length < records
      const index = selection.indices[entry] as number
      failures.push({ chunk, index, error, isRetryable: isRetryable || !isFailed, isHeldBack: !isFailed })
    }
  }
  return failures
}
