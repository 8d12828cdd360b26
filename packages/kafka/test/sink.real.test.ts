import { setTimeout as wait } from 'node:timers/promises'
import type { RecordFailure } from '@ringkeeper/core'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Api } from './support/api.ts'
import { chunkOf, patiently } from './support/chunks.ts'
import { RealKafka, shard } from './support/real-kafka.ts'

const broker = inject('kafka')

const numbered = (from: number, to: number): { key: string; value: string }[] =>
  Array.from({ length: to - from }, (_, index) => ({ key: 'k', value: String(from + index) }))

describe.skipIf(!broker)('a Kafka sink', { timeout: 30_000 }, () => {
  let kafka: RealKafka
  beforeAll(() => {
    kafka = new RealKafka(broker!.bootstrap)
  })
  afterAll(() => kafka[Symbol.asyncDispose]())

  const valuesIn = async (topic: string, count: number, partition = 0): Promise<(string | null)[]> =>
    (await kafka.records(topic, partition, count)).map(({ value }) => value)

  async function end(topic: string, partition = 0): Promise<number> {
    return kafka.source({ topics: [topic], startFrom: 'latest' }).startPosition(shard(topic, partition))
  }

  test('passes on keys, values, tombstones, headers and times as they are', async () => {
    const topic = await kafka.topic()
    const records = [
      { key: 'a', value: 'one', timestamp: 1_600_000_000_123, headers: [{ key: 'trace', value: 'x' }] },
      { key: 'a', value: null, timestamp: 1_500_000_000_000, headers: [] },
      { key: null, value: 'without a key', timestamp: 1_700_000_000_000, headers: [] },
      {
        key: '',
        value: '',
        timestamp: 0,
        headers: [
          { key: 'one', value: '' },
          { key: 'two', value: 'ü' },
        ],
      },
    ]
    expect(await kafka.sink({ topic }).write([chunkOf(records)], patiently())).toEqual([])
    expect(await kafka.records(topic, 0, 4)).toEqual(records.map((record, offset) => ({ ...record, offset })))
  })

  test('writes the selected records only, chunk by chunk', async () => {
    const topic = await kafka.topic()
    const chunks = [chunkOf(numbered(0, 10), [1, 3, 4]), chunkOf(numbered(10, 20)), chunkOf(numbered(20, 30), [9])]
    await kafka.sink({ topic }).write(chunks, patiently())
    expect(await valuesIn(topic, 14)).toEqual(['1', '3', '4', ...numbered(10, 20).map(({ value }) => value), '29'])
  })

  test('sends keys where kafkajs’s Java-compatible partitioner sends them', async () => {
    const [ours, theirs] = [await kafka.topic(7), await kafka.topic(7)]
    const records = Array.from({ length: 300 }, (_, index) => ({
      key: `key-${index}-${'é'.repeat(index % 9)}`,
      value: 'v',
    }))
    await kafka.sink({ topic: ours }).write([chunkOf(records)], patiently())
    await (await kafka.producer()).send({ topic: theirs, messages: records })
    for (let partition = 0; partition < 7; partition += 1) {
      const count = await end(theirs, partition)
      expect(await end(ours, partition)).toBe(count)
      const keysOf = async (topic: string): Promise<(string | null)[]> =>
        (await kafka.records(topic, partition, count)).map(({ key }) => key)
      expect(await keysOf(ours)).toEqual(await keysOf(theirs))
    }
  })

  test('sends all records without a key of one write to one partition, and those of the next to another', async () => {
    const topic = await kafka.topic(4)
    const sink = kafka.sink({ topic })
    for (let write = 1; write <= 4; write += 1)
      await sink.write([chunkOf([{ value: 'a' }, { value: 'b' }])], patiently())
    for (let partition = 0; partition < 4; partition += 1) expect(await end(topic, partition)).toBe(2)
  })

  test('writes more than fits into one batch as several, in order', async () => {
    const topic = await kafka.topic()
    await kafka.sink({ topic, maxBatchBytes: 1024 }).write([chunkOf(numbered(0, 1000))], patiently())
    expect(await valuesIn(topic, 1000)).toEqual(numbered(0, 1000).map(({ value }) => value))
  })

  test('finds the record that is too large, and keeps what comes after it for later', async () => {
    const topic = await kafka.topic(1, { 'max.message.bytes': '2000' })
    const records = [...numbered(0, 20), { key: 'k', value: 'x'.repeat(5000) }, ...numbered(20, 30)]
    const failures = (await kafka.sink({ topic }).write([chunkOf(records)], patiently())) as RecordFailure[]
    expect(failures.map(({ index, isRetryable }) => [index, isRetryable])).toEqual([
      [20, false],
      ...Array.from({ length: 10 }, (_, at) => [21 + at, true]),
    ])
    expect(failures[0]!.error).toMatchObject({ code: 'RK_KAFKA_RECORD_TOO_LARGE' })
    expect(failures[1]!.error).toMatchObject({ code: 'RK_KAFKA_NOT_WRITTEN' })
    expect(await valuesIn(topic, 20)).toEqual(numbered(0, 20).map(({ value }) => value))
    expect(await end(topic)).toBe(20)
  })

  test('says of a topic that does not exist that it can be tried again', async () => {
    const failures = await kafka.sink({ topic: 'no-such-topic' }).write([chunkOf(numbered(0, 2))], patiently())
    expect(failures).toMatchObject([
      { chunk: 0, index: 0, isRetryable: true, error: { code: 'RK_KAFKA_UNKNOWN_TOPIC' } },
      { chunk: 0, index: 1, isRetryable: true },
    ])
  })

  describe('with a broken connection', () => {
    test('reports everything from the unanswered batch on, so that a repeat keeps the order', async () => {
      const topic = await kafka.topic()
      const relay = await kafka.relay()
      const sink = kafka.sink({ topic, brokers: [relay.bootstrap], maxBatchBytes: 1024 })
      const chunk = chunkOf(numbered(0, 300))
      relay.onReply = ({ apiKey }) => {
        // The second batch is applied, its answer is lost.
        if (apiKey !== Api.produce || relay.delivered.get(Api.produce) !== 2) return 'pass'
        relay.onReply = () => 'pass'
        return 'drop connection'
      }
      const failures = (await sink.write([chunk], patiently())) as RecordFailure[]
      const [first] = failures
      expect(relay.delivered.get(Api.produce)).toBe(2)
      expect(failures.map(({ index }) => index)).toEqual(
        Array.from({ length: 300 - first!.index }, (_, at) => first!.index + at),
      )
      expect(failures.every(({ isRetryable }) => isRetryable)).toBe(true)

      const rest = chunkOf(
        numbered(0, 300),
        failures.map(({ index }) => index),
      )
      expect(await sink.write([rest], patiently())).toEqual([])
      const written = await end(topic)
      const values = (await valuesIn(topic, written)).map(Number)
      // At least once, and a repeat begins where the first attempt ended or before: never a gap, never a step back but one.
      expect(new Set(values).size).toBe(300)
      expect(values.filter((value, at) => at > 0 && value !== values[at - 1]! + 1)).toEqual([first!.index])
    })

    test('an aborted write resets its connection and is not applied later', async () => {
      const topic = await kafka.topic()
      const relay = await kafka.relay()
      const sink = kafka.sink({ topic, brokers: [relay.bootstrap] })
      await sink.write([chunkOf([{ value: 'before' }])], patiently())
      const given = new AbortController()
      const held = relay.held(Api.produce)
      const writing = sink.write([chunkOf([{ value: 'aborted' }])], { signal: given.signal, timeout: 5000 })
      await held
      given.abort(new Error('the shard was lost'))
      await expect(writing).rejects.toThrow('the shard was lost')
      expect(await sink.write([chunkOf([{ value: 'after' }])], patiently())).toEqual([])
      await wait(100)
      expect(await valuesIn(topic, 2)).toEqual(['before', 'after'])
      expect(await end(topic)).toBe(2)
    })
  })
})
