import { randomUUID } from 'node:crypto'
import type { Consumer } from '@platformatic/kafka'
import { deferred } from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import { settings, type Job, type Run } from '../settings.ts'

/** The class of a consumer, of any version. */
export type Client = typeof Consumer

const ring = new HashRing([...settings.targets])

type Stream = Awaited<ReturnType<Consumer['consume']>>

/** What the sides with this client do; every key goes through the same ring as ours. */
export function runsWith(Client: Client): { readonly read: Run; readonly iterate: Run } {
  return {
    /** The consumer's stream by its events, which is its faster form. */
    read: (job) =>
      throughStream(Client, job, async (stream, take) => {
        const done = deferred()
        stream.on('error', done.reject)
        stream.on('data', ({ key }) => {
          if (take(key as Buffer)) done.resolve()
        })
        await done.promise
      }),
    /** The same stream as an async iterable. */
    iterate: (job) =>
      throughStream(Client, job, async (stream, take) => {
        for await (const { key } of stream) if (take(key as Buffer)) return
      }),
  }
}

async function throughStream(
  Client: Client,
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
  // Events go on until it is closed.
  return seen
}
