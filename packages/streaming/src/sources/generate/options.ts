import { z } from 'zod'

/** What the source `generate` makes. */
export interface GenerateOptions {
  /** How many shards; 4 by default. */
  readonly shards: number
  /** Records in all; without it there is no end. */
  readonly records?: number | undefined
  /** How many different keys; 1000 by default, at least one a shard. Each key stays in one shard. */
  readonly keys: number
  /** Records a second in all; without it as many as are taken. */
  readonly rate?: number | undefined
  /** Another seed gives other records; 1 by default. */
  readonly seed: number
  /** Bytes of each value, at least 64; 200 by default. */
  readonly valueBytes: number
}

export const generateSchema: z.ZodType<GenerateOptions> = z
  .strictObject({
    shards: z.int().min(1).max(10_000).default(4),
    records: z.int().min(0).optional(),
    keys: z.int().min(1).default(1000),
    rate: z.number().positive().optional(),
    seed: z.int().min(0).max(0xffff_ffff).default(1),
    valueBytes: z.int().min(64).max(1_048_576).default(200),
  })
  .refine(({ keys, shards }) => keys >= shards, {
    path: ['keys'],
    error: 'expected at least one key for each shard; raise keys or lower shards',
  })
