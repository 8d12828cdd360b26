import { z } from 'zod'
import type { OnError } from '../pipeline-config.ts'
import type { OnErrorInput } from '../pipeline-input.ts'
import { duration } from './scalars.ts'

const defaultRetry = { initial: 100, max: 10_000, factor: 2 }

const backoff = z
  .strictObject({
    initial: duration.default(defaultRetry.initial),
    max: duration.default(defaultRetry.max),
    factor: z.number().min(1).default(defaultRetry.factor),
  })
  .refine(({ initial, max }) => !(initial > max), {
    error: 'the longest pause cannot be shorter than the initial one',
    path: ['max'],
  })

/** What to do when a sink does not take a record; by default it is tried for ever with growing pauses. */
export const onErrorSchema: z.ZodType<OnError, OnErrorInput> = z
  .strictObject({
    retry: z.union([z.literal('backoff').transform(() => defaultRetry), backoff]).default(defaultRetry),
    maxAttempts: z.int().min(1).optional(),
    then: z.enum(['block', 'deadLetter', 'drop']).default('block'),
  })
  .transform((given) => ({
    ...given,
    maxAttempts: given.then === 'block' ? Number.POSITIVE_INFINITY : (given.maxAttempts ?? 5),
  }))
