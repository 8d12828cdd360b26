import { z } from 'zod'
import { byteSize, interval } from '../../config/schema/scalars.ts'

/** What the source `file` reads. */
export interface FileSourceOptions {
  /** Patterns such as `in/*.ndjson`, relative to the working directory; each file is a shard. */
  readonly path: readonly string[]
  /** Where each line, as JSON, has its key, such as `customer.id`; without it records have no key. */
  readonly key?: string | undefined
  /** Waits for more lines, and for more files, instead of ending; false by default. */
  readonly follow: boolean
  /** Milliseconds between two looks at a file that is followed. */
  readonly pollInterval: number
  /** A longer line is an error; 16 MiB by default. */
  readonly maxLineBytes: number
}

const pattern = z.string().min(1)

export const fileSourceSchema: z.ZodType<FileSourceOptions> = z
  .strictObject({
    path: z.union([pattern, z.array(pattern).min(1)], { error: 'expected a path or pattern, or a list of them' }),
    key: z.string().min(1).optional(),
    follow: z.boolean().default(false),
    pollInterval: interval.default(200),
    maxLineBytes: byteSize.default(16 * 2 ** 20),
  })
  .transform((given) => ({
    ...given,
    path: typeof given.path === 'string' ? [given.path] : given.path,
  }))
