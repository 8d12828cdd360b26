import type { TopicOptions } from './options.ts'

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
      waitForLeaders: true,
      topics: topics.map(({ name, partitions, configs = {} }) => ({
        topic: name,
        numPartitions: partitions,
        replicationFactor: 1,
        configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
      })),
    })
  } finally {
    await admin.disconnect()
  }
}
