import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { errors } from './errors.ts'
import type { TopicOptions } from './options.ts'

const leadersTimeout = 30_000

/** Creates topics with one replica and waits until every partition has its leader. */
export async function createTopics(bootstrap: string, topics: readonly TopicOptions[]): Promise<void> {
  if (topics.length === 0) return
  // Loaded only here: most commands never need it.
  const { Kafka, logLevel } = await import('kafkajs')
  const kafka = new Kafka({ clientId: 'ringkeeper-cluster', brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  try {
    await admin.createTopics({
      // kafkajs gives up when the broker has not heard of its new topic yet.
      waitForLeaders: false,
      topics: topics.map(({ name, partitions, configs = {} }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor: 1,
        configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
      })),
    })
    const deadline = performance.now() + leadersTimeout
    for (const topic of topics) {
      while (!(await hasLeaders(admin, topic.name))) {
        if (performance.now() > deadline) throw errors.NO_LEADERS({ topic: topic.name, timeout: leadersTimeout })
        await sleep(20)
      }
    }
  } finally {
    await admin.disconnect()
  }
}

async function hasLeaders(admin: Admin, topic: string): Promise<boolean> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const partitions = topics.flatMap((one) => one.partitions)
    return partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)
  } catch (error) {
    if ((error as { retriable?: boolean }).retriable) return false
    throw error
  }
}
