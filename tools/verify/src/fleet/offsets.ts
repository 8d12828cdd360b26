import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel, type Admin } from 'kafkajs'

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
    const [answer] = await this.#fetchOffsets()
    return new Map(answer?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]))
  }

  /** Records that are not committed yet. */
  async lag(): Promise<number> {
    const committed = await this.committed()
    let lag = 0
    for (const [partition, end] of await this.ends()) lag += end - (committed.get(partition) ?? 0)
    return lag
  }

  /** A group that nobody has used yet is loaded first; kafkajs reports that and does not wait. */
  async #fetchOffsets(): ReturnType<Admin['fetchOffsets']> {
    for (;;) {
      try {
        return await this.#admin.fetchOffsets({ groupId: group, topics: [topic] })
      } catch (error) {
        if ((error as { retriable?: boolean }).retriable !== true) throw error
        await pause(100)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#admin.disconnect()
  }
}
