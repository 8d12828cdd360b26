import { randomUUID } from 'node:crypto'
import { deferred } from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import { Consumer } from '@platformatic/kafka'
import { Consumer as Consumer1 } from 'platformatic-kafka-1'
import { settings, type Job, type Run } from '../settings.ts'

const ring = new HashRing([...settings.targets])

/** The consumer's stream by its events, which is its faster form; every key goes through the same ring. */
export const read: Run = (job) => readEvents(Consumer, job)

/** The same with the last version that runs on Node 20. */
export const readOnNode20: Run = (job) => readEvents(Consumer1 as unknown as typeof Consumer, job)

const readEvents = (Client: typeof Consumer, job: Job): Promise<number> =>
  throughStream(Client, job, async (stream, take) => {
    const done = deferred()
    stream.on('error', done.reject)
    stream.on('data', ({ key }) => {
      if (take(key as Buffer)) done.resolve()
    })
    await done.promise
  })

type Stream = Awaited<ReturnType<Consumer['consume']>>

async function throughStream(
  Client: typeof Consumer,
  { bootstrap, topic, items }: Job,
  consume: (stream: Stream, take: (key: Buffer) => boolean) => Promise<void>,
): Promise<number> {
  const { maxBytes, maxPartitionBytes, commitInterval } = settings
  const consumer = new Client({ groupId: `bench-${randomUUID()}`, clientId: 'bench', bootstrapBrokers: [bootstrap] })
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'earliest',
    autocommit: commitInterval,
    maxBytes,
    maxBytesPerPartition: maxPartitionBytes,
    maxWaitTime: 100,
  })
  const counts: Record<string, number> = {}
  let seen = 0
  await consume(stream, (key) => {
    const target = ring.get(key) as string
    counts[target] = (counts[target] ?? 0) + 1
    seen += 1
    return seen === items
  })
  await consumer.close(true)
  return items
}
