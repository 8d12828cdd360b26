/** What both sides are given alike. */
export const settings = {
  partitions: 8,
  keys: 10_000,
  valueBytes: 200,
  /** How many records are written at a time, in one batch for each partition. */
  step: 4000,
  maxBytes: 8 * 1024 * 1024,
  maxPartitionBytes: 1024 * 1024,
  /** Batches of how many partitions kafkajs hands out at one time. */
  concurrency: 8,
  commitInterval: 1000,
  targets: ['north', 'south', 'west'],
} as const

/** How many records a run works through: enough for a second or more, so that connecting hardly counts. */
export const items = {
  ringkeeper: 8_000_000,
  eachBatch: 1_000_000,
  platformatic: 1_000_000,
  // As many as 20 answers of 9 batches a partition bring: what an async iterator leaves over was decoded, too.
  platformaticIterator: 720_000,
  platformatic1: 720_000,
  kcat: 8_000_000,
} as const
/** After how many records the memory of a process is looked at. */
export const grown = [2_000_000, 10_000_000] as const
export const forwarded = { ringkeeper: 2_000_000, eachBatch: 100_000 } as const

/** What a side is to do. */
export interface Job {
  readonly bootstrap: string
  readonly topic: string
  readonly items: number
  /** For those that write: the topic of each target. */
  readonly outputs: Readonly<Record<string, string>>
}

/** Does a job once, or goes on with the last one up to more records, and returns how many records that were. */
export type Run = (job: Job) => Promise<number>
