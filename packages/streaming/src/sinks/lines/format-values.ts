import type { Chunk } from '@ringkeeper/core'
import { utf8Text } from '../../codecs/utf8.ts'
import { streamingErrors } from '../../errors.ts'
import type { LineWriter } from './line-writer.ts'

/** Where a record could not be a line, and why. */
export interface LineStop {
  readonly entry: number
  readonly error: Error
}

/** Writes the value of each record as a line. A tombstone is `null` among JSON and an empty line elsewhere. */
export function formatValues(writer: LineWriter, { batch, selection }: Chunk, isJson: boolean): LineStop | undefined {
  for (let entry = selection.start; entry < selection.end; entry += 1) {
    const index = selection.indices[entry] as number
    const start = batch.valueStart[index] as number
    const end = batch.valueEnd[index] as number
    if (start < 0) writer.text(isJson ? 'null' : '')
    else if (isJson) writer.jsonOnOneLine(batch.bytes, start, end)
    else {
      const text = utf8Text(batch.bytes, start, end)
      if (text === undefined || text.includes('\n')) {
        return { entry, error: streamingErrors.VALUE_NOT_A_LINE({ offset: batch.offsets[index] as number }) }
      }
      writer.copy(batch.bytes, start, end)
    }
    writer.text('\n')
  }
  return undefined
}
