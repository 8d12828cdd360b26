import { randomUUID } from 'node:crypto'
import { deferred } from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import { Kafka, logLevel, Partitioners, type EachBatchPayload, type Message } from 'kafkajs'
import { settings, type Job, type Run } from '../settings.ts'

const ring = new HashRing([...settings.targets])

/** eachBatch; every key goes through the same ring; commits are kafkajs's own. */
export const read: Run = (job) => {
  const counts: Record<string, number> = {}
  return throughEachBatch(job, ({ batch }) => {
    for (const { key } of batch.messages) {
      const target = ring.get(key as Buffer) as string
      counts[target] = (counts[target] ?? 0) + 1
    }
  })
}

/** The same, and every key and value is looked at. */
export const readFields: Run = (job) => {
  let sum = 0
  return throughEachBatch(job, ({ batch }) => {
    for (const { key, value } of batch.messages) {
      const target = ring.get(key as Buffer) as string
      sum += (key as Buffer).length + ((value as Buffer)[0] as number) + target.length
    }
    return sum
  })
}

/** eachBatch, and one request of the producer for the records of all targets. */
export const forward: Run = async (job) => {
  const producer = connection(job).producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  try {
    return await throughEachBatch(job, async ({ batch }) => {
      const byTarget = new Map<string, Message[]>()
      for (const message of batch.messages) {
        const target = ring.get(message.key as Buffer) as string
        const messages = byTarget.get(target)
        if (messages) messages.push(message)
        else byTarget.set(target, [message])
      }
      const topicMessages = [...byTarget].map(([target, messages]) => ({
        topic: job.outputs[target] as string,
        messages,
      }))
      await producer.sendBatch({ topicMessages })
    })
  } finally {
    await producer.disconnect()
  }
}

async function throughEachBatch(job: Job, take: (payload: EachBatchPayload) => unknown): Promise<number> {
  const { maxBytes, maxPartitionBytes, concurrency, commitInterval } = settings
  const consumer = connection(job).consumer({
    groupId: `bench-${randomUUID()}`,
    maxBytes,
    maxBytesPerPartition: maxPartitionBytes,
  })
  await consumer.connect()
  await consumer.subscribe({ topic: job.topic, fromBeginning: true })
  const done = deferred()
  let seen = 0
  await consumer.run({
    partitionsConsumedConcurrently: concurrency,
    autoCommitInterval: commitInterval,
    eachBatch: async (payload) => {
      if (seen >= job.items) return
      await take(payload)
      seen += payload.batch.messages.length
      if (seen >= job.items) done.resolve()
    },
  })
  await done.promise
  await consumer.disconnect()
  return seen
}

function connection({ bootstrap }: Job): Kafka {
  return new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
}
