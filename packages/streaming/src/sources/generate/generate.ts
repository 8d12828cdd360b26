import {
  defineSource,
  sleep,
  type Ports,
  type RecordBatch,
  type Shard,
  type ShardReader,
  type Source,
  type SourceComponent,
} from '@ringkeeper/core'
import { generateSchema, type GenerateOptions } from './options.ts'
import { generateRecords, recordsOfShard } from './records.ts'

/** Makes up records, the same ones for the same seed. Positions are record numbers. */
export const generateSource: SourceComponent = defineSource<GenerateOptions>({
  type: 'generate',
  schema: generateSchema,
  identity: ({ shards, records, keys, seed, valueBytes }) => ({ shards, records, keys, seed, valueBytes }),
  create: (options, { ports }) => new GenerateSource(options, ports),
})

const topic = 'generate'
const maxBatch = 2048
const maxBatchBytes = 1_048_576
/** Milliseconds between two batches of a source with a rate. */
const pace = 10

class GenerateSource implements Source {
  readonly bounded: boolean
  readonly #options: GenerateOptions
  readonly #ports: Ports

  constructor(options: GenerateOptions, ports: Ports) {
    this.bounded = options.records !== undefined
    this.#options = options
    this.#ports = ports
  }

  async *shards(): AsyncGenerator<readonly Shard[]> {
    yield Array.from({ length: this.#options.shards }, (_, partition) => ({ topic, partition }))
  }

  startPosition(): Promise<number> {
    return Promise.resolve(0)
  }

  open(shard: Shard, position: number): Promise<ShardReader> {
    return Promise.resolve(new GenerateReader(this.#options, this.#ports, shard, position))
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class GenerateReader implements ShardReader {
  readonly #options: GenerateOptions
  readonly #ports: Ports
  readonly #shard: Shard
  readonly #total: number
  readonly #batch: number
  readonly #startedAt: number
  readonly #startedWith: number
  #position: number

  constructor(options: GenerateOptions, ports: Ports, shard: Shard, position: number) {
    this.#options = options
    this.#ports = ports
    this.#shard = shard
    this.#total = recordsOfShard(options, shard.partition)
    this.#batch = Math.max(1, Math.min(maxBatch, Math.floor(maxBatchBytes / options.valueBytes)))
    this.#startedAt = ports.clock.monotonic()
    this.#startedWith = position
    this.#position = position
  }

  get end(): number | undefined {
    return Number.isFinite(this.#total) ? this.#total : undefined
  }

  async read({ signal }: { readonly signal: AbortSignal }): Promise<RecordBatch | undefined> {
    const from = this.#position
    if (from >= this.#total) return undefined
    // Also without a rate others must get their turn: nothing else here waits for the event loop.
    await sleep(0, this.#ports.timers, signal)
    let due = this.#due()
    for (; due <= from; due = this.#due()) await sleep(pace, this.#ports.timers, signal)
    this.#position = Math.min(this.#total, from + this.#batch, due)
    return generateRecords(this.#options, this.#shard, from, this.#position, this.#ports.clock.wall())
  }

  /** The number of the first record that is not to be made yet. */
  #due(): number {
    const { rate, shards } = this.#options
    if (rate === undefined) return Number.POSITIVE_INFINITY
    const seconds = (this.#ports.clock.monotonic() - this.#startedAt) / 1000
    return this.#startedWith + Math.floor((seconds * rate) / shards) + 1
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
