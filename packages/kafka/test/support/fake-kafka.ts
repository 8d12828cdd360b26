import { setTimeout as wait } from 'node:timers/promises'
import type { TlsOptions } from 'node:tls'
import { systemPorts, type Logger } from '@ringkeeper/core'
import { KafkaSink, KafkaSource, sinkSchema, sourceSchema } from '../../src/index.ts'
import type { WireReader } from '../../src/protocol/wire-reader.ts'
import { WireWriter } from '../../src/protocol/wire-writer.ts'
import { Api } from './api.ts'
import { FakeBroker, type Handler } from './fake-broker.ts'
import { encodeWithKafkajs } from './kafkajs-codec.ts'

/** One partition of the only topic. */
export interface FakePartition {
  /** The number of the broker that leads it; -1 for none. */
  leader: number
  /** Kafka's code in place of records. */
  errorCode: number
  log: Buffer
  end: number
}

/** How many there are of what; one unless said. */
interface FakeKafkaOptions {
  readonly brokers?: number
  readonly partitions?: number
  readonly tls?: TlsOptions
}

/** Brokers that know of each other, with one topic, `orders`. What they say can be changed at any time. */
export class FakeKafka implements AsyncDisposable {
  readonly brokers: FakeBroker[]
  readonly partitions: FakePartition[] = []
  /** Which brokers the cluster names. */
  named: number[]
  /** Ports that they say some have in place of their own. */
  readonly movedTo = new Map<number, number>()
  coordinator = 0
  /** Kafka's code for the topic in place of its partitions. */
  topicErrorCode = 0
  readonly warnings: string[] = []
  readonly #opened: AsyncDisposable[] = []

  static async start({ brokers = 1, partitions = 1, tls }: FakeKafkaOptions = {}): Promise<FakeKafka> {
    const kafka = new FakeKafka(await Promise.all(Array.from({ length: brokers }, () => FakeBroker.start(tls))))
    for (let at = 0; at < partitions; at += 1) {
      kafka.partitions.push({ leader: 0, errorCode: 0, log: Buffer.alloc(0), end: 0 })
    }
    return kafka
  }

  constructor(brokers: FakeBroker[]) {
    this.brokers = brokers
    this.named = [...brokers.keys()]
    for (const broker of brokers) {
      broker
        .on(Api.metadata, () => this.#metadata())
        .on(Api.fetch, (body) => this.fetch(body))
        .on(Api.findCoordinator, () => {
          const { port } = this.brokers[this.coordinator]!
          return new WireWriter().int32(0).int16(0).string(null).int32(this.coordinator).string('127.0.0.1').int32(port)
        })
    }
  }

  /** One broker’s answers of one kind. */
  on(broker: number, apiKey: number, handler: Handler): void {
    this.brokers[broker]!.on(apiKey, handler)
  }

  /** Records with these values at the end of a partition. */
  async append(partition: number, ...values: string[]): Promise<void> {
    const target = this.partitions[partition]!
    const records = values.map((value, at) => ({
      offset: target.end + at,
      timestamp: 1,
      key: null,
      value,
      headers: [],
    }))
    target.log = Buffer.concat([target.log, await encodeWithKafkajs({ records })])
    target.end += values.length
  }

  source(options: object = {}): KafkaSource {
    const all = { brokers: [this.brokers[0]!.bootstrap], topics: ['orders'], group: 'g', maxWait: 20, ...options }
    return this.#later(new KafkaSource(sourceSchema.parse(all), { ports: systemPorts({ logger: this.#logger() }) }))
  }

  sink(options: object = {}): KafkaSink {
    const all = { brokers: [this.brokers[0]!.bootstrap], topic: 'orders', ...options }
    return this.#later(new KafkaSink(sinkSchema.parse(all), { ports: systemPorts({ logger: this.#logger() }) }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const opened of [...this.#opened, ...this.brokers]) await opened[Symbol.asyncDispose]()
  }

  #later<T extends AsyncDisposable>(opened: T): T {
    this.#opened.push(opened)
    return opened
  }

  #logger(): Logger {
    const warn = (text: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      void this.warnings.push(`${text}: ${JSON.stringify(fields)}`)
    return { debug: () => {}, info: () => {}, warn, error: () => {} }
  }

  #metadata(): WireWriter {
    const answer = new WireWriter().int32(0)
    answer.array(this.named, (node) =>
      answer
        .int32(node)
        .string('127.0.0.1')
        .int32(this.movedTo.get(node) ?? this.brokers[node]!.port)
        .string(null),
    )
    answer.string(null).int32(0).int32(1)
    answer.int16(this.topicErrorCode).string('orders').int8(0)
    return answer.array(this.topicErrorCode === 0 ? this.partitions : [], (partition) => {
      answer.int16(0).int32(this.partitions.indexOf(partition)).int32(partition.leader).int32(0).int32(0).int32(0)
    })
  }

  /** Answers a fetch from the logs; waits when there is nothing new. */
  async fetch(body: WireReader): Promise<WireWriter> {
    body.int32()
    const maxWait = body.int32()
    for (let left = 2; left > 0; left -= 1) body.int32()
    body.int8()
    for (let left = 2; left > 0; left -= 1) body.int32()
    const asked = body.array(() => {
      const topic = body.string()
      body.int32()
      const [partition] = [body.int32(), body.int32()]
      const [position] = [body.int64(), body.int64(), body.int32()]
      return { topic, ...this.partitions[partition]!, partition, position }
    })
    if (asked.every(({ errorCode, position, end }) => errorCode === 0 && position >= end)) await wait(maxWait)
    const answer = new WireWriter().int32(0).int16(0).int32(0)
    return answer.array(asked, ({ topic, partition, errorCode, position, end, log }) => {
      answer.string(topic).int32(1).int32(partition).int16(errorCode).int64(end).int64(end).int64(0).int32(-1).int32(-1)
      const records = errorCode === 0 && position < end ? log : Buffer.alloc(0)
      answer.int32(records.length)
      for (const byte of records) answer.int8((byte << 24) >> 24)
    })
  }
}
