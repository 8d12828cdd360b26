import { errorFields, Latest, messageOf, shardKey, type Ports, type Shard, type Trouble } from '@ringkeeper/core'
import type { KafkaClient } from './kafka-client.ts'
import { isPassingTrouble, persist } from './retry.ts'
import { kafkaErrors } from '../errors.ts'
import { KafkaCode } from '../protocol/error-codes.ts'
import { brokerError } from './broker-link.ts'
import type { Metadata } from '../protocol/metadata.ts'

/** Which partitions the topics have and who leads them; kept fresh. */
export class TopicMap {
  /** The partitions that exist; replaced only when they change. `undefined` until the first answer. */
  readonly shards: Latest<readonly Shard[] | undefined> = new Latest<readonly Shard[] | undefined>(undefined)
  readonly #client: KafkaClient
  readonly #topics: readonly string[]
  readonly #ports: Ports
  readonly #signal: AbortSignal
  readonly #onChange: () => void
  #outage: Trouble | undefined
  #leaders = new Map<string, number>()
  #refreshing: Promise<void> | undefined
  #start: Promise<void> | undefined
  /** What the cluster says is wrong with a topic. */
  readonly #troubles = new Map<string, { readonly errorCode: number; readonly error: Error }>()

  /** @param onChange - called after each answer of the cluster. */
  constructor(
    client: KafkaClient,
    topics: readonly string[],
    ports: Ports,
    signal: AbortSignal,
    onChange: () => void = () => {},
  ) {
    this.#client = client
    this.#topics = topics
    this.#ports = ports
    this.#signal = signal
    this.#onChange = onChange
  }

  /**
   * Resolves once the cluster has answered, which is asked again every `interval` milliseconds from then on. A beginning
   * that failed can be made again.
   */
  begin(interval: number): Promise<void> {
    this.#start ??= this.refresh().then(
      () => this.#keepFresh(interval),
      (error: unknown) => {
        this.#start = undefined
        throw error
      },
    )
    return this.#start
  }

  #keepFresh(interval: number): void {
    const again = (): void => {
      // It may have aborted while the cluster was asked.
      if (this.#signal.aborted) return
      const cancel = this.#ports.timers.set(interval, () => {
        this.#signal.removeEventListener('abort', cancel)
        this.refresh().then(again, again)
      })
      this.#signal.addEventListener('abort', cancel, { once: true })
    }
    again()
  }

  /** The node that leads a partition; `undefined` while there is none or it is not known. */
  leader(shard: Shard): number | undefined {
    return this.#leaders.get(shardKey(shard))
  }

  /** Whether a partition exists, as far as is known. */
  has({ topic, partition }: Shard): boolean {
    return this.shards.value?.some((shard) => shard.topic === topic && shard.partition === partition) ?? false
  }

  /** The number of partitions of a topic; 0 when it does not exist or is not known yet. */
  partitions(topic: string): number {
    return this.shards.value?.filter((shard) => shard.topic === topic).length ?? 0
  }

  /** Why a topic cannot be used, as the cluster says; `undefined` when it can. */
  trouble(topic: string): Error | undefined {
    return this.#troubles.get(topic)?.error
  }

  /** Why nobody has answered since when; `undefined` while somebody does, and before anybody was asked. */
  get outage(): Trouble | undefined {
    return this.#outage
  }

  /** Asks the cluster once more, or joins an asking under way. Rejects only when it never can succeed. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh()
    return this.#refreshing
  }

  #refresh(): Promise<void> {
    const refreshing = persist('asking for metadata', () => this.#ask(), this.#ports, this.#signal).finally(() => {
      this.#refreshing = undefined
    })
    refreshing.catch((error: unknown) => {
      if (!this.#signal.aborted) this.#ports.logger.error('metadata cannot be had', errorFields(error))
    })
    return refreshing
  }

  async #ask(): Promise<void> {
    const metadata = await this.#metadata()
    const shards: Shard[] = []
    const leaders = new Map<string, number>()
    for (const { topic, partitions, errorCode } of metadata.topics) {
      if (errorCode !== KafkaCode.none) this.#complain(topic, errorCode)
      else this.#troubles.delete(topic)
      for (const { partition, leader } of partitions) {
        const shard = { topic, partition }
        shards.push(shard)
        if (leader >= 0) leaders.set(shardKey(shard), leader)
      }
    }
    this.#leaders = leaders
    this.#keepUnanswered(metadata, shards)
    shards.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
    if (!sameShards(this.shards.value, shards)) this.shards.set(shards)
    this.#onChange()
  }

  async #metadata(): Promise<Metadata> {
    try {
      const metadata = await this.#client.metadata(this.#topics, this.#signal)
      this.#outage = undefined
      return metadata
    } catch (error) {
      const since = this.#outage?.since ?? this.#ports.clock.monotonic()
      if (isPassingTrouble(error)) this.#outage = { reason: messageOf(error), since }
      throw error
    }
  }

  /** A topic that only has no leader now still exists. */
  #keepUnanswered(metadata: Metadata, shards: Shard[]): void {
    for (const { topic, errorCode } of metadata.topics) {
      if (errorCode === KafkaCode.none || errorCode === KafkaCode.unknownTopicOrPartition) continue
      shards.push(...(this.shards.value?.filter((shard) => shard.topic === topic) ?? []))
    }
  }

  #complain(topic: string, errorCode: number): void {
    if (this.#troubles.get(topic)?.errorCode === errorCode) return
    const error =
      errorCode === KafkaCode.unknownTopicOrPartition
        ? kafkaErrors.UNKNOWN_TOPIC({ topic })
        : brokerError({ request: `Metadata of ${topic}`, kafkaCode: errorCode })
    this.#troubles.set(topic, { errorCode, error })
    this.#ports.logger.warn('a topic cannot be read', { topic, ...errorFields(error) })
  }
}

function sameShards(known: readonly Shard[] | undefined, now: readonly Shard[]): boolean {
  return known?.length === now.length && known.every((shard, at) => shardKey(shard) === shardKey(now[at] as Shard))
}
