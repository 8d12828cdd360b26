import { Kafka, logLevel } from 'kafkajs'

const group = 'orders-ingest'
const topic = 'orders'

/** Asks Kafka through kafkajs, not through our own client, where the topic ends and what the group has committed. */
export class Offsets implements AsyncDisposable {
  readonly #admin

  constructor(bootstrap: string) {
    this.#admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin()
  }

  /** The number of records per partition. */
  async ends(): Promise<Map<number, number>> {
    const offsets = await this.#admin.fetchTopicOffsets(topic)
    return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]))
  }

  /** The offsets committed; 0 for a partition without one. */
  async committed(): Promise<Map<number, number>> {
    const [answer] = await this.#admin.fetchOffsets({ groupId: group, topics: [topic] })
    return new Map(answer?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]))
  }

  /** Records that are not committed yet. */
  async lag(): Promise<number> {
    const committed = await this.committed()
    let lag = 0
    for (const [partition, end] of await this.ends()) lag += end - (committed.get(partition) ?? 0)
    return lag
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.disconnect()
  }
}
