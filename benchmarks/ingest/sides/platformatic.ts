import { randomUUID } from 'node:crypto'
import { deferred } from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import { Consumer } from '@platformatic/kafka'
import { settings, type Job, type Run } from '../settings.ts'

const ring = new HashRing([...settings.targets])

/** The consumer's stream by its events, which is its faster form; every key goes through the same ring. */
export const read: Run = (job) =>
  throughStream(job, async (stream, take) => {
    const done = deferred()
    stream.on('error', done.reject)
    stream.on('data', ({ key }) => {
      if (take(key as Buffer)) done.resolve()
    })
    await done.promise
  })

/** The same stream as an async iterable. */
export const iterate: Run = (job) =>
  throughStream(job, async (stream, take) => {
    for await (const { key } of stream) if (take(key as Buffer)) return
  })

type Stream = Awaited<ReturnType<Consumer['consume']>>

async function throughStream(
  { bootstrap, topic, items }: Job,
  consume: (stream: Stream, take: (key: Buffer) => boolean) => Promise<void>,
): Promise<number> {
  const { maxBytes, maxPartitionBytes, commitInterval } = settings
  const consumer = new Consumer({ groupId: `bench-${randomUUID()}`, clientId: 'bench', bootstrapBrokers: [bootstrap] })
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
