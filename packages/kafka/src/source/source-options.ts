import { z } from 'zod'
import { duration, withConnection, type ConnectionOptions } from '../connection-options.ts'

const MIB = 1024 * 1024

/** Leaves room for one more record batch in the longest answer that is read, 256 MiB. */
const LONGEST = 128 * MIB

/** The options of a Kafka source after validation; durations in milliseconds. */
export interface SourceOptions extends ConnectionOptions {
  readonly topics: string[]
  /** The group that positions are committed to; nobody may be a member of it. */
  readonly group: string
  /** For partitions without a position. */
  readonly startFrom: 'earliest' | 'latest'
  /** For a position whose records are gone. */
  readonly onOffsetOutOfRange: 'earliest' | 'latest' | 'fail'
  /** Bytes of one fetch, and of each partition in it. */
  readonly maxBytes: number
  readonly maxPartitionBytes: number
  /** How long a broker may hold back an answer when there is nothing new. */
  readonly maxWait: number
  /** The least time between two fetches of one broker while all that it has is read. */
  readonly fetchInterval: number
  /** Between looks for new partitions and topics. */
  readonly metadataInterval: number
  /** Compare the checksum of every record batch, which reads every byte; it costs most for short batches. */
  readonly checkCrcs: boolean
}

/** What a pipeline may say about a Kafka source. */
export const sourceSchema: z.ZodType<SourceOptions, unknown> = withConnection<SourceOptions>({
  topics: z.array(z.string().min(1)).min(1),
  group: z.string().min(1).describe('positions are committed to it; nobody may be a member'),
  startFrom: z.enum(['earliest', 'latest']).default('earliest').describe('for partitions without a position'),
  onOffsetOutOfRange: z.enum(['earliest', 'latest', 'fail']).default('fail').describe('for positions that are gone'),
  maxBytes: z
    .int()
    .min(1024)
    .max(LONGEST)
    .default(8 * MIB)
    .describe('of one fetch'),
  maxPartitionBytes: z.int().min(1024).max(LONGEST).default(MIB).describe('of one partition in a fetch'),
  maxWait: duration(100).describe('how long a broker may hold back an answer when there is nothing new'),
  fetchInterval: duration(5).describe('least time between two fetches while all that a broker has is read'),
  metadataInterval: duration(60_000).describe('between looks for new partitions and topics'),
  checkCrcs: z.boolean().default(false).describe('compare the checksum of every record batch'),
})
