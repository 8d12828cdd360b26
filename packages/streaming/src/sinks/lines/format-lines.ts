import type { Chunk } from '@ringkeeper/core'
import type { ChunkPlace } from '../unwritten.ts'
import { formatEnvelopes } from './format-envelope.ts'
import { formatValues } from './format-values.ts'
import type { LineFormat } from './options.ts'

/** Lines to be written in one go; `stop` is the first record that cannot be a line, and nothing after it is in the text. */
export interface Lines {
  readonly text: string
  readonly stop?: { readonly place: ChunkPlace; readonly error: Error }
}

/** What the lines of a sink look like. */
export interface LineStyle {
  readonly format: LineFormat
  /** Whether every value is known to be JSON. */
  readonly isJson: boolean
}

/** The records of a write as lines. */
export function formatLines(chunks: readonly Chunk[], style: LineStyle, writtenAt: number): Lines {
  let text = ''
  for (const [number, chunk] of chunks.entries()) {
    if (style.format === 'envelope') {
      text += formatEnvelopes(chunk, style.isJson, writtenAt)
      continue
    }
    const values = formatValues(chunk, style.isJson)
    text += values.text
    if (values.stop) {
      const { entry, error } = values.stop
      return { text, stop: { place: { chunk: number, entry }, error } }
    }
  }
  return { text }
}
