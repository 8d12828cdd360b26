import {
  streamErrors,
  waitFor,
  type CallOptions,
  type ComponentContext,
  type Shard,
  type ShardReader,
  type PositionStore,
  type Source,
} from '@ringkeeper/core'
import { innerConfig } from '../connection-options.ts'
import { kafkaErrors } from '../errors.ts'
import { EitherSignal } from '../cluster/either-signal.ts'
import { KafkaClient } from '../cluster/kafka-client.ts'
import { persist } from '../cluster/retry.ts'
import { Fetcher } from './fetcher.ts'
import { GroupPositions } from './group-positions.ts'
import { PartitionReader } from './partition-reader.ts'
import type { SourceOptions } from './source-options.ts'
import { TopicMap } from '../cluster/topic-map.ts'

/** What ListOffsets takes in place of a time, and the isolation in which transactions under way do not count. */
const EARLIEST = -2
const LATEST = -1
const READ_UNCOMMITTED = 0

/**
 * Reads the partitions of some topics without being a member of a consumer group. Which partitions are read is up to
 * the caller; positions are committed to the group, so that Kafka's tools show the lag.
 */
export class KafkaSource implements Source {
  readonly bounded = false
  readonly positions: PositionStore
  readonly #options: SourceOptions
  readonly #ports: ComponentContext['ports']
  readonly #client: KafkaClient
  readonly #closing = new AbortController()
  readonly #topics: TopicMap
  readonly #fetcher: Fetcher
  #start: Promise<void> | undefined

  /** Nothing is connected before the first use. */
  constructor(options: SourceOptions, context: Pick<ComponentContext, 'ports'>) {
    const { ports } = context
    const { signal } = this.#closing
    this.#options = options
    this.#ports = ports
    this.#client = new KafkaClient(innerConfig(options), ports)
    this.#topics = new TopicMap(this.#client, options.topics, ports, signal, () => this.#fetcher.pump())
    this.positions = new GroupPositions(this.#client, options.group, ports, signal)
    this.#fetcher = new Fetcher({
      client: this.#client,
      topics: this.#topics,
      options,
      ports,
      signal,
      onOutOfRange: (reader) => this.#judge(reader),
    })
  }

  async *shards({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<readonly Shard[], void, undefined> {
    await this.#begin(signal)
    // The values end when the source is closed.
    for await (const shards of this.#topics.shards.values({ signal })) if (shards) yield shards
  }

  startPosition(shard: Shard, options: CallOptions = {}): Promise<number> {
    return this.#position(shard, this.#options.startFrom, options.signal)
  }

  async open(shard: Shard, position: number, { signal }: { readonly signal: AbortSignal }): Promise<ShardReader> {
    signal.throwIfAborted()
    if (this.#closing.signal.aborted) throw kafkaErrors.CLOSED({ what: 'source' })
    await this.#begin(signal)
    const reader = new PartitionReader(shard, position, this.#fetcher)
    this.#fetcher.add(reader)
    return reader
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(kafkaErrors.CLOSED({ what: 'source' }))
    this.#topics.shards.close()
    await this.#fetcher[Symbol.asyncDispose]()
    await this.#client[Symbol.asyncDispose]()
  }

  async #begin(signal: AbortSignal): Promise<void> {
    this.#start ??= this.#topics.refresh().then(
      () => this.#topics.keepFresh(this.#options.metadataInterval),
      (error: unknown) => {
        this.#start = undefined
        throw error
      },
    )
    await waitFor(this.#start, { signal }, this.#ports.timers, () => new Error('no timeout was set'))
  }

  /** The earliest or latest position of a partition, asked of its leader until it answers. */
  async #position(shard: Shard, which: 'earliest' | 'latest', given?: AbortSignal): Promise<number> {
    using either = new EitherSignal(given, this.#closing.signal)
    const { signal } = either
    const timestamp = which === 'earliest' ? EARLIEST : LATEST
    const partitions = [{ partition: shard.partition, timestamp }]
    const ask = async (): Promise<number> => {
      const leader = this.#topics.leader(shard)
      if (leader === undefined) {
        throw kafkaErrors.UNAVAILABLE({
          request: 'ListOffsets',
          reason: `${shard.topic}/${shard.partition} has no leader`,
        })
      }
      const link = await this.#client.link(leader)
      const topics = [{ topic: shard.topic, partitions }]
      const request = { replicaId: -1, isolationLevel: READ_UNCOMMITTED, topics }
      const answer = await link.call('ListOffsets', (broker) => broker.listOffsets(request), signal)
      return Number(answer.responses[0]?.partitions[0]?.offset)
    }
    await this.#begin(signal)
    const attempt = (): Promise<number> =>
      ask().catch(async (error: unknown) => {
        await this.#topics.refresh()
        throw error
      })
    return await persist(
      `asking for the ${which} position of ${shard.topic}/${shard.partition}`,
      attempt,
      this.#ports,
      signal,
    )
  }

  /** What becomes of a reader whose position the broker does not have; `undefined` when it is there after all. */
  async #judge(reader: PartitionReader): Promise<Error | undefined> {
    const { shard, position } = reader
    const earliest = await this.#position(shard, 'earliest')
    const latest = await this.#position(shard, 'latest')
    if (position >= earliest && position <= latest) return undefined
    const policy = this.#options.onOffsetOutOfRange
    const resetTo = policy === 'earliest' ? earliest : latest
    return streamErrors.POSITION_OUT_OF_RANGE({ ...shard, position, ...(policy !== 'fail' && { resetTo }) })
  }
}
