import { setTimeout as wait } from 'node:timers/promises'
import { startCluster, type Cluster } from '@ringkeeper-tools/cluster'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { chunkOf, patiently } from './support/chunks.ts'
import { readValues, RealKafka, shard, soon, valuesOf } from './support/real-kafka.ts'

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, at) => String(from + at))

describe.skipIf(!inject('kafka'))('a broker that goes away and comes back', { timeout: 100_000 }, () => {
  let cluster: Cluster
  let kafka: RealKafka
  beforeAll(async () => {
    cluster = await startCluster({ zookeeper: false, kafka: {} })
    kafka = new RealKafka(cluster.kafka.bootstrap)
  }, 60_000)
  afterAll(async () => {
    await kafka[Symbol.asyncDispose]()
    await cluster[Symbol.asyncDispose]()
  })

  test.for(['stop', 'kill'] as const)(
    'after %s, source, positions and sink go on by themselves, at once',
    async (how) => {
      const server = cluster.kafka.servers[0]!
      const topic = await kafka.topic()
      const sink = kafka.sink({ topic })
      const all = numbers(0, 1000).map((value) => ({ value }))
      for (let at = 0; at < 1000; at += 100) await sink.write([chunkOf(all.slice(at, at + 100))], patiently())
      const source = kafka.source({ topics: [topic], maxPartitionBytes: 1024 })
      const reader = await source.open(shard(topic), 0, soon())
      const { values, position } = await readValues(reader, 100)
      await source.positions.commit([{ shard: shard(topic), position, metadata: 'before' }])

      await server[how]()
      // One answer may have come before the broker went.
      const early = await reader.read({ signal: AbortSignal.timeout(500) }).then(
        (batch) => valuesOf(batch!),
        () => [],
      )
      // A broker takes long to start where others are at work.
      const next = readValues(reader, 1, { signal: AbortSignal.timeout(80_000) })
      const committing = source.positions.commit([{ shard: shard(topic), position: 900, metadata: 'while away' }])
      const failures = await sink.write([chunkOf([{ value: 'lost' }])], patiently())
      expect(failures).toMatchObject([{ index: 0, isRetryable: true, error: { code: 'RK_KAFKA_UNAVAILABLE' } }])
      await wait(1500)
      await server.start()
      const back = performance.now()
      const first = await next
      const gap = performance.now() - back
      const begin = [...values, ...early, ...first.values]
      expect([...begin, ...(await readValues(reader, 1000 - begin.length)).values]).toEqual(numbers(0, 1000))
      await committing
      expect(await source.positions.read([shard(topic)])).toEqual([{ position: 900, metadata: 'while away' }])
      await expect.poll(() => sink.write([chunkOf([{ value: 'again' }])], patiently()), { timeout: 5000 }).toEqual([])
      expect((await readValues(reader, 1)).values).toEqual(['again'])
      // 0.3 s on a machine that has nothing else to do.
      expect(gap).toBeLessThan(2000)
      console.log(`after ${how}: records went on ${gap.toFixed(0)} ms after the broker answered`)
    },
  )
})
