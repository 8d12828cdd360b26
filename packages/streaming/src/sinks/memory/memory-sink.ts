import { defineSink, type Sink, type SinkComponent } from '@ringkeeper/core'
import { z } from 'zod'
import { MemoryRecords } from './memory-records.ts'

/** Where the sink `memory` writes. */
export interface MemorySinkOptions {
  /** Several sinks may share one; without it records are acknowledged and forgotten. */
  readonly into?: MemoryRecords | undefined
}

const memorySinkSchema: z.ZodType<MemorySinkOptions> = z.strictObject({
  into: z.instanceof(MemoryRecords, { error: 'expected a MemoryRecords; leave it out in a file' }).optional(),
})

/** Keeps records in memory. Refuses an older owner of a shard. */
export const memorySink: SinkComponent = defineSink<MemorySinkOptions>({
  type: 'memory',
  schema: memorySinkSchema,
  capabilities: { ordered: true, idempotent: false, fenced: true },
  create: ({ into }, { target }): Sink => ({
    write: async (chunks, { signal }) => {
      signal.throwIfAborted()
      into?.write(chunks, target)
    },
    [Symbol.asyncDispose]: async () => {},
  }),
})
