import { z } from 'zod'
import { duration, withConnection, type ConnectionOptions } from '../connection-options.ts'

/** The options of a Kafka sink after validation; durations in milliseconds. */
export interface SinkOptions extends ConnectionOptions {
  readonly topic: string
  /** Bytes of one record batch; at most the topic's `max.message.bytes`. */
  readonly maxBatchBytes: number
  /** Between looks for new partitions. */
  readonly metadataInterval: number
}

/** What a pipeline may say about a Kafka sink. */
export const sinkSchema: z.ZodType<SinkOptions, unknown> = withConnection<SinkOptions>({
  topic: z.string().min(1),
  maxBatchBytes: z.int().min(1024).default(1_000_000).describe('of one record batch; at most max.message.bytes'),
  metadataInterval: duration(60_000).describe('between looks for new partitions'),
})
