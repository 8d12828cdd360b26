import { z } from 'zod'
import { deadLettersName } from '../../target/target-spec.ts'

/**
 * What a line holds.
 *
 * - `envelope`: a JSON object with the record's place, key, value and timestamp, and who wrote it
 * - `value`: the record's value alone
 */
export type LineFormat = 'envelope' | 'value'

/** By default an envelope; dead letters are already complete lines of JSON. */
export const lineFormat: z.ZodType<LineFormat | undefined> = z
  .enum(['envelope', 'value'])
  .optional()
  .meta({ description: 'envelope (default; place, key, value, who wrote it) or value (default for dead letters)' })

/** The format to use where none was chosen. */
export function formatFor(format: LineFormat | undefined, target: string): LineFormat {
  return format ?? (target === deadLettersName ? 'value' : 'envelope')
}
