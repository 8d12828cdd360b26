import { parseDuration } from '@ringkeeper/core'
import { z } from 'zod'

const durationText = 'milliseconds, or a duration such as 250ms, 4s, 1.5m or 2h'
const expectDuration = { error: `expected ${durationText}` }

/** Milliseconds, given as a number or as text such as `4s`. */
export const duration: z.ZodType<number, number | string> = z
  .union(
    [z.number().min(0, expectDuration), z.string().regex(/^\d+(\.\d+)?\s*(ms|s|m|h|d)$/, expectDuration)],
    expectDuration,
  )
  .transform((given) => parseDuration(given) as number)
  .meta({ description: durationText })

/** A {@link duration} that something is repeated or waited for: at least 1 ms. */
export const interval: z.ZodType<number, number | string> = duration.refine((milliseconds) => milliseconds >= 1, {
  error: 'expected at least 1 ms',
})

const sizeText = 'bytes, or a size such as 64KiB or 8MiB'
const expectSize = { error: `expected ${sizeText}` }
const sizeUnit: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }

/** Bytes, given as a number or as text such as `8MiB`. */
export const byteSize: z.ZodType<number, number | string> = z
  .union([z.int(expectSize).min(1, expectSize), z.string().regex(/^[1-9]\d*\s*(KiB|MiB|GiB)$/, expectSize)], expectSize)
  .transform((given) =>
    typeof given === 'number' ? given : Number.parseInt(given, 10) * (sizeUnit[given.slice(-3)] as number),
  )
  .meta({ description: sizeText })

/** A name that is safe in a file's name and in a coordinator's node. */
export const name: z.ZodString = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
  error: 'expected a name of letters, digits, dots, dashes and underscores that begins with a letter or digit',
})
