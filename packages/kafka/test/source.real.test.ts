import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { RecordBatch } from '@ringkeeper/core'
import { CompressionTypes } from 'kafkajs'
import { readValues, RealKafka, shard, shardsUntil, soon, valuesOf } from './support/real-kafka.ts'

const broker = inject('kafka')

const messages = (from: number, to: number): { key: string; value: string }[] =>
  Array.from({ length: to - from }, (_, index) => ({ key: `key ${from + index}`, value: String(from + index) }))
const numbers = (from: number, to: number): string[] => messages(from, to).map(({ value }) => value)

describe.skipIf(!broker)('a Kafka source', { timeout: 30_000 }, () => {
  let kafka: RealKafka
  beforeAll(() => {
    kafka = new RealKafka(broker!.bootstrap)
  })
  afterAll(() => kafka[Symbol.asyncDispose]())

  test('reads every record of a partition once, in order, from the position it is given', async () => {
    const topic = await kafka.topic()
    const producer = await kafka.producer()
    for (let at = 0; at < 3000; at += 500) await producer.send({ topic, messages: messages(at, at + 500) })
    const reader = await kafka.source({ topics: [topic], maxPartitionBytes: 10_000 }).open(shard(topic), 750, soon())
    expect(reader.end).toBeUndefined()
    expect(await readValues(reader, 2250)).toEqual({ values: numbers(750, 3000), position: 3000 })
    expect(reader.end).toBe(3000)
  })

  test('fills memory anew only after it was given back', async () => {
    const topic = await kafka.topic(2)
    const producer = await kafka.producer()
    const long = (value: string): string => `${value} ${'x'.repeat(500)}`
    for (const partition of [0, 1]) {
      for (let at = 0; at < 3000; at += 500) {
        const records = numbers(at, at + 500).map((value) => ({ value: long(value), partition }))
        await producer.send({ topic, messages: records })
      }
    }
    const source = kafka.source({ topics: [topic], maxPartitionBytes: 100_000 })
    const readers = await Promise.all([0, 1].map((partition) => source.open(shard(topic, partition), 0, soon())))
    const memory = new Set<ArrayBufferLike>()
    let batches = 0
    for (const reader of readers) {
      const kept: RecordBatch[] = []
      const values: (string | undefined)[] = []
      while (values.length + kept.reduce((sum, { length }) => sum + length, 0) < 3000) {
        const batch = (await reader.read(soon()))!
        batches += 1
        memory.add(batch.bytes.buffer)
        // Every batch is looked at when two younger ones were decoded, and given back then.
        kept.push(batch)
        if (kept.length > 2) {
          const oldest = kept.shift()!
          values.push(...valuesOf(oldest))
          oldest.release()
          oldest.release()
        }
      }
      expect([...values, ...kept.flatMap(valuesOf)]).toEqual(numbers(0, 3000).map(long))
    }
    expect(memory.size).toBeLessThan(batches / 2)
  })

  test('waits at the end and goes on when records come', async () => {
    const topic = await kafka.topic()
    const producer = await kafka.producer()
    const reader = await kafka.source({ topics: [topic] }).open(shard(topic), 0, soon())
    const next = reader.read(soon())
    const early = await Promise.race([next, wait(200, 'nothing yet')])
    expect(early).toBe('nothing yet')
    await producer.send({ topic, messages: messages(0, 2) })
    expect(valuesOf((await next)!)).toEqual(['0', '1'])
  })

  test('starts at the earliest or the latest position, as told', async () => {
    const topic = await kafka.topic()
    await (await kafka.producer()).send({ topic, messages: messages(0, 10) })
    expect(await kafka.source({ topics: [topic] }).startPosition(shard(topic))).toBe(0)
    expect(await kafka.source({ topics: [topic], startFrom: 'latest' }).startPosition(shard(topic))).toBe(10)
  })

  test('starts, when told latest, where an open transaction begins: its records come once it is committed', async () => {
    const topic = await kafka.topic()
    const producer = await kafka.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 })
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: messages(0, 3) })
    const source = kafka.source({ topics: [topic], startFrom: 'latest' })
    const position = await source.startPosition(shard(topic))
    await transaction.commit()
    expect(position).toBe(0)
    expect((await readValues(await source.open(shard(topic), position, soon()), 3)).values).toEqual(numbers(0, 3))
  })

  test('reads gzip as kafkajs writes it', async () => {
    const topic = await kafka.topic()
    const producer = await kafka.producer()
    for (let at = 0; at < 1000; at += 100) {
      await producer.send({ topic, compression: CompressionTypes.GZIP, messages: messages(at, at + 100) })
    }
    const reader = await kafka.source({ topics: [topic] }).open(shard(topic), 50, soon())
    expect(await readValues(reader, 950)).toEqual({ values: numbers(50, 1000), position: 1000 })
  })

  test('leaves out aborted transactions and markers', async () => {
    const topic = await kafka.topic()
    const producer = await kafka.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 })
    for (const [value, isKept] of [
      ['kept 1', true],
      ['dropped', false],
      ['kept 2', true],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value }] })
      await (isKept ? transaction.commit() : transaction.abort())
    }
    const reader = await kafka.source({ topics: [topic] }).open(shard(topic), 0, soon())
    const { values, position } = await readValues(reader, 2)
    expect(values).toEqual(['kept 1', 'kept 2'])
    // The last marker has an offset of its own, and may come with an answer of its own.
    expect(position === 6 ? 6 : (await reader.read(soon()))!.nextOffset).toBe(6)
  })

  test('loses nothing when it starts at the marker of an aborted transaction', async () => {
    const topic = await kafka.topic()
    const producer = await kafka.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 })
    for (const [value, isKept] of [
      ['dropped', false],
      ['kept', true],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value }] })
      await (isKept ? transaction.commit() : transaction.abort())
    }
    const reader = await kafka.source({ topics: [topic] }).open(shard(topic), 1, soon())
    expect((await readValues(reader, 1)).values).toEqual(['kept'])
  })

  test('does not show a transaction before it is committed', async () => {
    const topic = await kafka.topic()
    const producer = await kafka.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 })
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: [{ value: 'open' }] })
    const reader = await kafka.source({ topics: [topic] }).open(shard(topic), 0, soon())
    const next = reader.read(soon())
    expect(await Promise.race([next, wait(300, 'nothing yet')])).toBe('nothing yet')
    await transaction.commit()
    expect(valuesOf((await next)!)).toEqual(['open'])
  })

  test('asks for no more from a partition that nobody reads, and goes on with the others', async () => {
    const topic = await kafka.topic(2)
    const producer = await kafka.producer()
    for (const partition of [0, 1]) {
      for (let at = 0; at < 1000; at += 100) {
        await producer.send({ topic, messages: messages(at, at + 100).map((message) => ({ ...message, partition })) })
      }
    }
    const source = kafka.source({ topics: [topic], maxPartitionBytes: 1024 })
    const idle = await source.open(shard(topic, 0), 0, soon())
    const busy = await source.open(shard(topic, 1), 0, soon())
    expect((await readValues(busy, 1000)).values).toEqual(numbers(0, 1000))
    await producer.send({ topic, messages: [{ value: 'late', partition: 0 }] })
    await producer.send({ topic, messages: [{ value: 'late', partition: 1 }] })
    expect((await readValues(busy, 1)).values).toEqual(['late'])
    // What the idle reader knows of the end is as old as its only answer.
    expect(idle.end).toBe(1000)
    expect((await readValues(idle, 1001)).values).toEqual([...numbers(0, 1000), 'late'])
  })

  test('a reader that opens does not wait for the long poll of the others', async () => {
    const topic = await kafka.topic(2)
    await (await kafka.producer()).send({ topic, messages: [{ value: 'there', partition: 1 }] })
    const source = kafka.source({ topics: [topic], maxWait: 10_000 })
    const idle = await source.open(shard(topic, 0), 0, soon())
    void idle.read(soon()).catch(() => {})
    await wait(300)
    const begin = performance.now()
    const reader = await source.open(shard(topic, 1), 0, soon())
    expect(valuesOf((await reader.read(soon()))!)).toEqual(['there'])
    expect(performance.now() - begin).toBeLessThan(2000)
  })

  test('a read ends with its signal, and the reader can be read again', async () => {
    const topic = await kafka.topic()
    const reader = await kafka.source({ topics: [topic] }).open(shard(topic), 0, soon())
    const given = new AbortController()
    const reading = reader.read({ signal: given.signal })
    given.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
    await (await kafka.producer()).send({ topic, messages: messages(0, 1) })
    expect((await readValues(reader, 1)).values).toEqual(['0'])
  })

  test('a closed reader and a closed source say so', async () => {
    const topic = await kafka.topic()
    const source = kafka.source({ topics: [topic] })
    const reader = await source.open(shard(topic), 0, soon())
    const reading = reader.read(soon())
    await reader[Symbol.asyncDispose]()
    await expect(reading).rejects.toMatchObject({ code: 'RK_KAFKA_CLOSED' })
    await source[Symbol.asyncDispose]()
    await expect(source.open(shard(topic), 0, soon())).rejects.toMatchObject({ code: 'RK_KAFKA_CLOSED' })
    await expect(source.positions.read([shard(topic)])).rejects.toMatchObject({ code: 'RK_KAFKA_CLOSED' })
  })

  describe('a position out of range', () => {
    async function topicWithoutItsFirstRecords(): Promise<string> {
      const topic = await kafka.topic()
      await (await kafka.producer()).send({ topic, messages: messages(0, 20) })
      const admin = await kafka.admin()
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] })
      return topic
    }

    test.for([
      ['earliest', 10],
      ['latest', 20],
      ['fail', undefined],
    ] as const)('goes by the policy %s', async ([onOffsetOutOfRange, resetTo]) => {
      const topic = await topicWithoutItsFirstRecords()
      for (const position of [3, 99]) {
        const reader = await kafka.source({ topics: [topic], onOffsetOutOfRange }).open(shard(topic), position, soon())
        await expect(reader.read(soon())).rejects.toMatchObject({
          code: 'RK_CORE_POSITION_OUT_OF_RANGE',
          data: { topic, partition: 0, position, ...(resetTo !== undefined && { resetTo }) },
        })
      }
    })
  })

  describe('topics and partitions', () => {
    test('of all topics are listed, new partitions and topics as they come', async () => {
      const later = `later-${crypto.randomUUID()}`
      const topic = await kafka.topic(2)
      const warnings: string[] = []
      const warn = (_: string, fields?: Readonly<Record<string, unknown>>): void =>
        void warnings.push(`${String(fields?.['code'])}: ${String(fields?.['error'])}`)
      const logger = { debug: () => {}, info: () => {}, warn, error: () => {} }
      const source = kafka.source({ topics: [topic, later], metadataInterval: 50 }, logger)
      expect(await shardsUntil(source, () => true)).toEqual([shard(topic, 0), shard(topic, 1)])
      expect(warnings).toEqual([
        expect.stringMatching(new RegExp(`^RK_KAFKA_UNKNOWN_TOPIC: .*topic ${later} does not exist`)),
      ])
      await (await kafka.admin()).createPartitions({ topicPartitions: [{ topic, count: 3 }] })
      expect(await shardsUntil(source, ({ length }) => length === 3)).toHaveLength(3)
      await kafka.createTopic(later)
      expect(await shardsUntil(source, ({ length }) => length === 4)).toContainEqual(shard(later))
    })

    test('a partition that is newer than what is known is found when it is read', async () => {
      const topic = await kafka.topic(1)
      const source = kafka.source({ topics: [topic], metadataInterval: '1h' })
      await shardsUntil(source, ({ length }) => length === 1)
      const reader = await source.open(shard(topic, 1), 0, soon())
      const reading = reader.read(soon())
      await (await kafka.admin()).createPartitions({ topicPartitions: [{ topic, count: 2 }] })
      await (await kafka.producer()).send({ topic, messages: [{ value: 'new', partition: 1 }] })
      expect(valuesOf((await reading)!)).toEqual(['new'])
    })

    test('a topic that is made anew is read on; its old position is out of range', async () => {
      const topic = await kafka.topic()
      const producer = await kafka.producer()
      await producer.send({ topic, messages: messages(0, 5) })
      const source = kafka.source({ topics: [topic], onOffsetOutOfRange: 'earliest', metadataInterval: 100 })
      const reader = await source.open(shard(topic), 0, soon())
      await readValues(reader, 5)
      await (await kafka.admin()).deleteTopics({ topics: [topic] })
      await shardsUntil(source, ({ length }) => length === 0)
      await kafka.createTopic(topic)
      await expect(reader.read(soon())).rejects.toMatchObject({ data: { position: 5, resetTo: 0 } })
    })
  })

  describe('positions', () => {
    test('are undefined until they were committed, and come back with their metadata', async () => {
      const topic = await kafka.topic(3)
      const { positions } = kafka.source({ topics: [topic] })
      const shards = [shard(topic, 2), shard(topic, 0), shard(topic, 1)]
      expect(await positions.read(shards)).toEqual([undefined, undefined, undefined])
      await positions.commit([
        { shard: shard(topic, 0), position: 7, metadata: '{"t":"1"}' },
        { shard: shard(topic, 2), position: 0, metadata: '' },
      ])
      expect(await positions.read(shards)).toEqual([
        { position: 0, metadata: '' },
        { position: 7, metadata: '{"t":"1"}' },
        undefined,
      ])
    })

    test('show up as lag without a member in Kafka’s own view of the group', async () => {
      const topic = await kafka.topic()
      await (await kafka.producer()).send({ topic, messages: messages(0, 10) })
      const group = `group-${topic}`
      await kafka
        .source({ topics: [topic], group })
        .positions.commit([{ shard: shard(topic), position: 4, metadata: 'm' }])
      const admin = await kafka.admin()
      expect(await admin.fetchOffsets({ groupId: group, topics: [topic] })).toEqual([
        { topic, partitions: [{ partition: 0, offset: '4', metadata: 'm' }] },
      ])
      expect((await admin.describeGroups([group])).groups).toMatchObject([{ state: 'Empty', members: [] }])
    })

    test('are refused while a foreign consumer is in the group, with an error that names it', async () => {
      const topic = await kafka.topic()
      const group = `group-${topic}`
      const consumer = kafka.kafka.consumer({ groupId: group })
      await consumer.connect()
      kafka.closeLater(consumer)
      await consumer.subscribe({ topic })
      const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve))
      await consumer.run({ eachMessage: () => Promise.resolve() })
      await joined
      const { positions } = kafka.source({ topics: [topic], group })
      const commit = positions.commit([{ shard: shard(topic), position: 1, metadata: '' }])
      await expect(commit).rejects.toMatchObject({ code: 'RK_KAFKA_GROUP_IN_USE', data: { group } })
      await consumer.disconnect()
      await positions.commit([{ shard: shard(topic), position: 1, metadata: '' }])
    })

    test('of a topic that is gone are dropped, the others in the same commit are taken', async () => {
      const topic = await kafka.topic()
      const { positions } = kafka.source({ topics: [topic] })
      await positions.commit([
        { shard: shard('no-such-topic'), position: 1, metadata: '' },
        { shard: shard(topic), position: 2, metadata: '' },
      ])
      expect(await positions.read([shard(topic)])).toEqual([{ position: 2, metadata: '' }])
    })

    test('that Kafka does not take are an error', async () => {
      const topic = await kafka.topic()
      const { positions } = kafka.source({ topics: [topic] })
      const metadata = 'x'.repeat(5000)
      await expect(positions.commit([{ shard: shard(topic), position: 1, metadata }])).rejects.toMatchObject({
        code: 'RK_KAFKA_COMMIT_REFUSED',
        data: { kafkaError: 'OFFSET_METADATA_TOO_LARGE' },
      })
    })
  })
})
