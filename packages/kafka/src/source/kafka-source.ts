import {
  streamErrors,
  type CallOptions,
  type ComponentContext,
  type Shard,
  type ShardReader,
  type PositionStore,
  type Source,
  type Trouble,
} from '@ringkeeper/core'
import { innerConfig } from '../connection-options.ts'
import { kafkaErrors } from '../errors.ts'
import { EitherSignal } from '../cluster/either-signal.ts'
import { KafkaClient } from '../cluster/kafka-client.ts'
import { persist } from '../cluster/retry.ts'
import { untilAborted } from '../cluster/until-aborted.ts'
import { Fetcher } from './fetcher.ts'
import { GroupPositions } from './group-positions.ts'
import { PartitionReader } from './partition-reader.ts'
import type { SourceOptions } from './source-options.ts'
import { TopicMap } from '../cluster/topic-map.ts'

/**
 * Where a partition begins and ends, as ListOffsets takes it: in place of a time, and whether what comes after the
 * beginning of an open transaction counts. `latest` is where a reader that sees committed records only starts.
 */
const places = {
  earliest: { timestamp: -2, isolationLevel: 1 },
  latest: { timestamp: -1, isolationLevel: 1 },
  end: { timestamp: -1, isolationLevel: 0 },
} as const

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

  /** Nothing is connected before the first use. */
  constructor(options: SourceOptions, context: Pick<ComponentContext, 'ports'>) {
    const { ports } = context
    const { signal } = this.#closing
    this.#options = options
    this.#ports = ports
    this.#client = new KafkaClient(innerConfig(options), ports)
    this.#topics = new TopicMap(this.#client, options.topics, ports, signal, () => this.#fetcher.pump())
    const { group } = options
    this.positions = new GroupPositions({ client: this.#client, topics: this.#topics, group, ports, signal })
    this.#fetcher = new Fetcher({
      client: this.#client,
      topics: this.#topics,
      options,
      ports,
      signal,
      onOutOfRange: (reader) => this.#judge(reader),
    })
  }

  /** That no broker answers. */
  get trouble(): Trouble | undefined {
    return this.#topics.outage
  }

  async *shards({ signal }: { readonly signal: AbortSignal }): AsyncGenerator<readonly Shard[], void, undefined> {
    await this.#begin(signal)
    // The values end when the source is closed.
    for await (const shards of this.#topics.shards.values({ signal })) if (shards) yield shards
  }

  startPosition(shard: Shard, options: CallOptions = {}): Promise<number> {
    return this.#position(shard, this.#options.startFrom, options.signal)
  }

  /** Connects to the broker that it will be read from. */
  prepare(shard: Shard): void {
    this.#connect(shard).catch(() => {})
  }

  async open(shard: Shard, position: number, { signal }: { readonly signal: AbortSignal }): Promise<ShardReader> {
    signal.throwIfAborted()
    await this.#begin(signal)
    this.#closing.signal.throwIfAborted()
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

  async #connect(shard: Shard): Promise<void> {
    await this.#begin(this.#closing.signal)
    await this.#fetcher.connect(shard)
  }

  async #begin(signal: AbortSignal): Promise<void> {
    await untilAborted(this.#topics.begin(this.#options.metadataInterval), signal)
  }

  /** A position of a partition, asked of its leader until it answers. */
  async #position(shard: Shard, place: keyof typeof places, given?: AbortSignal): Promise<number> {
    using either = new EitherSignal(given, this.#closing.signal)
    const { signal } = either
    const { timestamp, isolationLevel } = places[place]
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
      const request = { replicaId: -1, isolationLevel, topics }
      const answer = await link.call('ListOffsets', (broker) => broker.listOffsets(request), signal)
      const position = Number(answer.responses[0]?.partitions[0]?.offset ?? NaN)
      if (Number.isSafeInteger(position) && position >= 0) return position
      throw kafkaErrors.BAD_RESPONSE({ request: 'ListOffsets', reason: `the position is ${position}` })
    }
    await this.#begin(signal)
    const attempt = (): Promise<number> =>
      ask().catch(async (error: unknown) => {
        await untilAborted(this.#topics.refresh(), signal)
        throw error
      })
    return await persist(
      `asking for the ${place} position of ${shard.topic}/${shard.partition}`,
      attempt,
      this.#ports,
      signal,
    )
  }

  /** What becomes of a reader whose position the broker does not have; `undefined` when it is there after all. */
  async #judge(reader: PartitionReader): Promise<Error | undefined> {
    const { shard, position } = reader
    const earliest = await this.#position(shard, 'earliest')
    if (position >= earliest && position <= (await this.#position(shard, 'end'))) return undefined
    const policy = this.#options.onOffsetOutOfRange
    if (policy === 'fail') return streamErrors.POSITION_OUT_OF_RANGE({ ...shard, position })
    const resetTo = policy === 'earliest' ? earliest : await this.#position(shard, 'latest')
    return streamErrors.POSITION_OUT_OF_RANGE({ ...shard, position, resetTo })
  }
}
