import { randomUUID } from 'node:crypto'
import { deferred } from '@ringkeeper/core'
import { HashRing } from '@ringkeeper/hashing'
import { Consumer } from '@platformatic/kafka'
import { settings, type Run } from '../settings.ts'

const ring = new HashRing([...settings.targets])

/** The consumer's stream by its events, which is its faster form; every key goes through the same ring. */
export const read: Run = async ({ bootstrap, topic, items }) => {
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
  const done = deferred()
  const counts: Record<string, number> = {}
  let seen = 0
  stream.on('error', done.reject)
  stream.on('data', ({ key }) => {
    const target = ring.get(key as Buffer) as string
    counts[target] = (counts[target] ?? 0) + 1
    seen += 1
    if (seen === items) done.resolve()
  })
  await done.promise
  await consumer.close(true)
  return seen
}
