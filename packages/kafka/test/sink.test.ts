import { expect, test } from 'vitest'
import type { RecordFailure } from '@ringkeeper/core'
import { WireWriter } from '../src/protocol/wire-writer.ts'
import { Api } from './support/api.ts'
import { chunkOf, patiently } from './support/chunks.ts'
import { FakeKafka } from './support/fake-kafka.ts'

const records = Array.from({ length: 50 }, (_, at) => ({ key: 'k', value: `${at} ${'x'.repeat(100)}` }))

/** Answers produces with a code for each, and notes how many batches each has. */
function answerProduces(kafka: FakeKafka, codeOf: (produce: number) => number, broker = 0): number[] {
  let produce = 0
  const batches: number[] = []
  kafka.on(broker, Api.produce, (body) => {
    body.nullableString()
    body.int16()
    body.int32()
    const answer = new WireWriter()
    const topics = body.array(() => ({
      topic: body.string(),
      partitions: body.array(() => {
        const partition = body.int32()
        body.skipBytes()
        return partition
      }),
    }))
    produce += 1
    batches.push(topics.flatMap(({ partitions }) => partitions).length)
    answer.array(topics, ({ topic, partitions }) =>
      answer.string(topic).array(partitions, (partition) => {
        answer.int32(partition).int16(codeOf(produce)).int64(-1).int64(-1).int64(-1)
      }),
    )
    return answer.int32(0)
  })
  return batches
}

test('records behind a batch that failed are held back: they were not tried', async () => {
  await using kafka = await FakeKafka.start()
  answerProduces(kafka, (produce) => (produce === 2 ? 19 : 0))
  const failures = (await kafka.sink({ maxBatchBytes: 1024 }).write([chunkOf(records)], patiently())) as RecordFailure[]
  const tried = failures.filter(({ isHeldBack }) => !isHeldBack)
  const heldBack = failures.filter(({ isHeldBack }) => isHeldBack)
  expect(tried.length).toBeGreaterThan(1)
  expect(heldBack.length).toBeGreaterThan(1)
  expect(failures).toEqual([...tried, ...heldBack])
  expect(tried.every(({ error }) => (error as { code: string }).code === 'RK_KAFKA_BROKER_ERROR')).toBe(true)
  expect(heldBack.every(({ error }) => (error as { code: string }).code === 'RK_KAFKA_NOT_WRITTEN')).toBe(true)
  expect(failures.every(({ isRetryable }) => isRetryable)).toBe(true)
})

test('a partition without a leader fails with all its records: none of them is only held back', async () => {
  await using kafka = await FakeKafka.start()
  kafka.partitions[0]!.leader = -1
  const failures = (await kafka.sink().write([chunkOf(records)], patiently())) as RecordFailure[]
  expect(failures).toHaveLength(50)
  expect(failures.filter(({ isHeldBack }) => isHeldBack)).toEqual([])
  expect(failures[49]).toMatchObject({ isRetryable: true, error: { data: { kafkaError: 'LEADER_NOT_AVAILABLE' } } })
})

test('a topic that cannot be used fails a write with what the cluster says of it', async () => {
  await using kafka = await FakeKafka.start()
  const sink = kafka.sink()
  for (const [code, error] of [
    [29, { data: { kafkaError: 'TOPIC_AUTHORIZATION_FAILED' } }],
    [3, { code: 'RK_KAFKA_UNKNOWN_TOPIC' }],
  ] as const) {
    kafka.topicErrorCode = code
    expect(await sink.write([chunkOf([{ value: 'v' }])], patiently())).toMatchObject([{ isRetryable: true, error }])
  }
  expect(kafka.warnings).toHaveLength(2)
})

test('after a write that was given up the leaders are looked for again: that one may hang', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  const { asked } = kafka.brokers[0]!.mute(Api.produce)
  answerProduces(kafka, () => 0, 1)
  const sink = kafka.sink()
  const impatience = new AbortController()
  const hanging = sink.write([chunkOf(records)], { signal: impatience.signal, timeout: 1000 }) as Promise<unknown>
  await asked
  kafka.partitions[0]!.leader = 1
  impatience.abort(new Error('too long'))
  await expect(hanging).rejects.toThrow('too long')
  await expect.poll(() => kafka.brokers[0]!.count(Api.metadata)).toBe(2)
  expect(await sink.write([chunkOf(records)], patiently())).toEqual([])
})

test('a write without a limit of time is sent', async () => {
  await using kafka = await FakeKafka.start()
  answerProduces(kafka, () => 0)
  const { signal } = new AbortController()
  expect(await kafka.sink().write([chunkOf(records)], { signal, timeout: Infinity })).toEqual([])
})

test.for([
  ['1 MB', 1_000_000, [6]],
  ['16 MB', 16_000_000, [2, 2, 2]],
  ['40 MB', 40_000_000, [1, 1, 1, 1, 1, 1]],
] as const)('batches of up to %s go out in requests that brokers take', async ([, maxBatchBytes, expected]) => {
  await using kafka = await FakeKafka.start({ partitions: 6 })
  const batches = answerProduces(kafka, () => 0)
  const keys = Array.from({ length: 100 }, (_, at) => ({ key: `k${at}`, value: 'v' }))
  expect(await kafka.sink({ maxBatchBytes }).write([chunkOf(keys)], patiently())).toEqual([])
  expect(batches).toEqual(expected)
})
