import { selectedCount, type Chunk } from '@ringkeeper/core'
import type { ChunkPlace } from '../unwritten.ts'
import { formatEnvelopes } from './format-envelope.ts'
import { formatValues } from './format-values.ts'
import type { LineWriter } from './line-writer.ts'
import type { LineFormat } from './options.ts'

/** Lines to be written in one go; `stop` is the first record that cannot be a line, and nothing after it is there. */
export interface Lines {
  /** Whole lines; valid until the writer is used again. */
  readonly bytes: Buffer
  /** How many lines that are. */
  readonly count: number
  readonly stop?: { readonly place: ChunkPlace; readonly error: Error }
}

/** What the lines of a sink look like. */
export interface LineStyle {
  readonly format: LineFormat
  /** Whether every value is known to be JSON. */
  readonly isJson: boolean
}

/** The records of a write as lines. */
export function formatLines(
  writer: LineWriter,
  chunks: readonly Chunk[],
  { format, isJson }: LineStyle,
  writtenAt: number,
): Lines {
  writer.reset()
  let count = 0
  for (const [number, chunk] of chunks.entries()) {
    if (format === 'envelope') formatEnvelopes(writer, chunk, isJson, writtenAt)
    else {
      const stop = formatValues(writer, chunk, isJson)
      if (stop) {
        count += stop.entry - chunk.selection.start
        return { bytes: writer.bytes, count, stop: { place: { chunk: number, entry: stop.entry }, error: stop.error } }
      }
    }
    count += selectedCount(chunk.selection)
  }
  return { bytes: writer.bytes, count }
}
