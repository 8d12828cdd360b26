import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import {
  RecordCursor,
  systemPorts,
  type Logger,
  type RecordBatch,
  type Shard,
  type ShardReader,
} from '@ringkeeper/core'
import { Kafka, logLevel, Partitioners, type Admin, type Producer, type ProducerConfig } from 'kafkajs'
import { KafkaSink, KafkaSource, sinkSchema, sourceSchema } from '../../src/index.ts'
import { KafkaRelay } from './kafka-relay.ts'
import { plainHeaders, type PlainRecord } from './kafkajs-codec.ts'

/** A real broker, with what tests need of it; everything that was opened is closed with it. */
export class RealKafka implements AsyncDisposable {
  readonly bootstrap: string
  readonly kafka: Kafka
  readonly #opened: (() => Promise<unknown>)[] = []
  #admin: Admin | undefined

  constructor(bootstrap: string) {
    this.bootstrap = bootstrap
    this.kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  }

  async admin(): Promise<Admin> {
    if (!this.#admin) {
      this.#admin = this.kafka.admin()
      await this.#admin.connect()
      this.closeLater(this.#admin)
    }
    return this.#admin
  }

  closeLater(opened: { disconnect: () => Promise<unknown> } | AsyncDisposable): void {
    this.#opened.push(async () => ('disconnect' in opened ? opened.disconnect() : opened[Symbol.asyncDispose]()))
  }

  /** Creates a topic with a name of its own. */
  async topic(partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = `topic-${randomUUID()}`
    await this.createTopic(topic, partitions, config)
    return topic
  }

  async createTopic(topic: string, partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<void> {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
    const admin = await this.admin()
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitions, configEntries }] })
    // What the controller has made, brokers may learn a moment later.
    const isThere = async (): Promise<boolean> => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      if (topics[0]?.partitions.length !== partitions || topics[0].partitions.some(({ leader }) => leader < 0))
        return false
      return (await admin.fetchTopicOffsets(topic)).length === partitions
    }
    while (!(await isThere().catch(() => false))) await wait(20)
  }

  async producer(config: ProducerConfig = {}): Promise<Producer> {
    const producer = this.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, ...config })
    await producer.connect()
    this.closeLater(producer)
    return producer
  }

  source(options: object, logger?: Logger): KafkaSource {
    const all = { brokers: [this.bootstrap], group: `group-${randomUUID()}`, maxWait: 50, checkCrcs: true, ...options }
    const source = new KafkaSource(sourceSchema.parse(all), { ports: systemPorts(logger ? { logger } : {}) })
    this.closeLater(source)
    return source
  }

  sink(options: object): KafkaSink {
    const all = { brokers: [this.bootstrap], ...options }
    const sink = new KafkaSink(sinkSchema.parse(all), { ports: systemPorts() })
    this.closeLater(sink)
    return sink
  }

  /** A relay in front of the broker. */
  async relay(): Promise<KafkaRelay> {
    const relay = await KafkaRelay.start(this.bootstrap)
    this.closeLater(relay)
    return relay
  }

  /** So many records of a partition from its beginning. */
  async records(topic: string, partition: number, count: number): Promise<PlainRecord[]> {
    const reader = await this.source({ topics: [topic] }).open({ topic, partition }, 0, soon())
    const records: PlainRecord[] = []
    while (records.length < count) {
      const batch = (await reader.read(soon()))!
      const cursor = new RecordCursor(batch)
      for (let index = 0; index < batch.length; index += 1) {
        const { offset, timestamp, keyText, valueText, headers } = cursor.moveTo(index)
        records.push({
          offset,
          timestamp,
          key: keyText ?? null,
          value: valueText ?? null,
          headers: plainHeaders(headers),
        })
      }
    }
    return records
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#opened.toReversed()) await close()
  }
}

/** Ends a read that takes longer than any test should. */
export const soon = (): { readonly signal: AbortSignal } => ({ signal: AbortSignal.timeout(20_000) })

export const shard = (topic: string, partition = 0): Shard => ({ topic, partition })

/** The texts of the values of a batch. */
export function valuesOf(batch: RecordBatch): (string | undefined)[] {
  const cursor = new RecordCursor(batch)
  return Array.from({ length: batch.length }, (_, index) => cursor.moveTo(index).valueText)
}

/** Reads until there are so many records; returns their values and the position after them. */
export async function readValues(
  reader: ShardReader,
  count: number,
  { signal }: { readonly signal: AbortSignal } = soon(),
): Promise<{ readonly values: (string | undefined)[]; readonly position: number }> {
  const values: (string | undefined)[] = []
  let position = -1
  while (values.length < count) {
    const batch = await reader.read({ signal })
    if (!batch) break
    values.push(...valuesOf(batch))
    position = batch.nextOffset
  }
  return { values, position }
}

/** The next list of shards that passes a test. */
export async function shardsUntil(
  source: KafkaSource,
  test: (shards: readonly Shard[]) => boolean,
): Promise<readonly Shard[]> {
  for await (const shards of source.shards(soon())) if (test(shards)) return shards
  throw new Error('the shards ended')
}
