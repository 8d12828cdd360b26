import type { Chunk } from '@ringkeeper/core'
import { utf8Text } from '../../codecs/utf8.ts'
import { streamingErrors } from '../../errors.ts'
import { oneLine } from './value-text.ts'

/** Lines up to where a record could not be one. */
export interface ValueLines {
  readonly text: string
  readonly stop?: { readonly entry: number; readonly error: Error }
}

/**
 * The value of each record as a line. A tombstone is `null` among JSON and an empty line elsewhere.
 */
export function formatValues({ batch, selection }: Chunk, isJson: boolean): ValueLines {
  let text = ''
  for (let entry = selection.start; entry < selection.end; entry += 1) {
    const index = selection.indices[entry] as number
    const start = batch.valueStart[index] as number
    const value = start < 0 ? '' : utf8Text(batch.bytes, start, batch.valueEnd[index] as number)
    if (isJson) {
      text += start < 0 ? 'null\n' : `${oneLine(value as string)}\n`
    } else if (value === undefined || value.includes('\n')) {
      return {
        text,
        stop: { entry, error: streamingErrors.VALUE_NOT_A_LINE({ offset: batch.offsets[index] as number }) },
      }
    } else {
      text += `${value}\n`
    }
  }
  return { text }
}
