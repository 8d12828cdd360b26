import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeFetched, fetchRequest } from '../src/protocol/fetch.ts'
import { decodeMetadata, metadataRequest } from '../src/protocol/metadata.ts'
import { decodeCommitted, offsetCommitRequest } from '../src/protocol/offset-commit.ts'
import { decodeProduced, produceRequest } from '../src/protocol/produce.ts'
import { WireWriter } from '../src/protocol/wire-writer.ts'

const require = createRequire(import.meta.url)

/** A request's body as kafkajs encodes it. */
async function theirs(message: string, request: object): Promise<string> {
  const encode = require(`kafkajs/src/protocol/requests/${message}/request.js`) as (request: object) => {
    readonly encode: () => Promise<{ readonly buffer: Buffer }>
  }
  return (await encode(request).encode()).buffer.toString('hex')
}

const hex = (body: readonly Buffer[]): string => Buffer.concat(body).toString('hex')

describe('requests are the bytes that kafkajs sends', () => {
  test('Fetch', async () => {
    const positions = [
      { topic: 'orders', partition: 3, position: 2 ** 40 + 7 },
      { topic: 'päyments', partition: 0, position: 0 },
      { topic: 'orders', partition: 1, position: 9 },
    ]
    const request = fetchRequest({ positions, maxWait: 100, maxBytes: 8_000_000, maxPartitionBytes: 1_000_000 })
    expect(request).toMatchObject({ apiKey: 1, apiVersion: 11 })
    const topics = positions.map(({ topic, partition, position }) => ({
      topic,
      partitions: [
        { partition, currentLeaderEpoch: -1, fetchOffset: String(position), logStartOffset: -1, maxBytes: 1_000_000 },
      ],
    }))
    const options = { replicaId: -1, maxWaitTime: 100, minBytes: 1, maxBytes: 8_000_000, isolationLevel: 1 }
    expect(hex(request.body)).toBe(await theirs('fetch/v11', { ...options, topics, rackId: '' }))
  })

  test('Fetch of many partitions of topics with long names', async () => {
    const topics = Array.from({ length: 40 }, (_, at) => `a-topic-${at}-${'with-a-long-name-'.repeat(at % 9)}`)
    const positions = topics.map((topic, partition) => ({ topic, partition, position: partition }))
    const asked = positions.map(({ topic, partition, position }) => ({
      topic,
      partitions: [
        { partition, currentLeaderEpoch: -1, fetchOffset: String(position), logStartOffset: -1, maxBytes: 2048 },
      ],
    }))
    const options = { replicaId: -1, maxWaitTime: 100, minBytes: 1, maxBytes: 9999, isolationLevel: 1, rackId: '' }
    expect(hex(fetchRequest({ positions, maxWait: 100, maxBytes: 9999, maxPartitionBytes: 2048 }).body)).toBe(
      await theirs('fetch/v11', { ...options, topics: asked }),
    )
    expect(hex(metadataRequest(topics).body)).toBe(
      await theirs('metadata/v5', { topics, allowAutoTopicCreation: false }),
    )
  })

  test('Metadata', async () => {
    const topics = ['orders', 'payments']
    const request = metadataRequest(topics)
    expect(request).toMatchObject({ apiKey: 3, apiVersion: 5 })
    expect(hex(request.body)).toBe(await theirs('metadata/v5', { topics, allowAutoTopicCreation: false }))
  })

  test('OffsetCommit', async () => {
    const positions = [
      { shard: { topic: 'orders', partition: 3 }, position: 2 ** 40 + 7, metadata: '{"t":"1"}' },
      { shard: { topic: 'päyments', partition: 0 }, position: 0, metadata: '' },
      { shard: { topic: 'orders', partition: 1 }, position: 9, metadata: 'm' },
    ]
    const request = offsetCommitRequest('grüppe', positions)
    expect(request).toMatchObject({ apiKey: 8, apiVersion: 5 })
    const partitionsOf = (topic: string): object[] =>
      positions
        .filter(({ shard }) => shard.topic === topic)
        .map(({ shard, position, metadata }) => ({ partition: shard.partition, offset: String(position), metadata }))
    const topics = ['orders', 'päyments'].map((topic) => ({ topic, partitions: partitionsOf(topic) }))
    const options = { groupId: 'grüppe', groupGenerationId: -1, memberId: '', topics }
    expect(hex(request.body)).toBe(await theirs('offsetCommit/v5', options))
  })

  test('Produce, up to the record batches', () => {
    const batches = [
      { partition: 2, bytes: Buffer.from('first') },
      { partition: 0, bytes: Buffer.from('second') },
    ]
    const request = produceRequest('orders', batches, { timeout: 3000 })
    expect(request).toMatchObject({ apiKey: 0, apiVersion: 7 })
    expect(hex(request.body)).toBe(
      'ffff' + // no transaction
        'ffff' + // all replicas
        '00000bb8' + // 3000 ms
        '00000001' +
        '0006' +
        '6f7264657273' + // one topic
        '00000002' + // two partitions
        '00000002' +
        '00000005' +
        '6669727374' +
        '00000000' +
        '00000006' +
        '7365636f6e64',
    )
  })
})

describe('answers', () => {
  const aborted = [{ producerId: 7, firstOffset: 3 }]
  const fetchAnswer = (): Buffer => {
    const writer = new WireWriter().int32(5).int16(0).int32(0).int32(1).string('orders').int32(2)
    writer.int32(3).int16(0).int64(100).int64(90).int64(10)
    writer.array(aborted, ({ producerId, firstOffset }) => writer.int64(producerId).int64(firstOffset))
    writer.int32(-1).int32(4).int32(0x01020304)
    writer.int32(4).int16(6).int64(-1).int64(-1).int64(-1).int32(-1).int32(-1).int32(-1)
    return writer.done()
  }
  const produceAnswer = (): Buffer =>
    new WireWriter().int32(1).string('orders').int32(1).int32(3).int16(6).int64(-1).int64(-1).int64(-1).int32(20).done()
  const metadataAnswer = (): Buffer => {
    const writer = new WireWriter().int32(0).int32(1).int32(1).string('localhost').int32(9092).string(null)
    writer.string('cluster').int32(1).int32(2)
    writer.int16(0).string('orders').int8(0).int32(1).int16(5).int32(3).int32(-1).int32(1).int32(1).int32(0).int32(0)
    return writer.int16(3).string('missing').int8(0).int32(0).done()
  }

  const commitAnswer = (): Buffer =>
    new WireWriter().int32(7).int32(1).string('orders').int32(2).int32(0).int16(0).int32(1).int16(3).done()

  test('of an offset commit carry each partition’s own error', () => {
    const partitions = [
      { topic: 'orders', partition: 0, errorCode: 0 },
      { topic: 'orders', partition: 1, errorCode: 3 },
    ]
    expect(decodeCommitted(commitAnswer())).toEqual({ throttleTime: 7, partitions })
  })

  test('of a fetch carry each partition’s own error', () => {
    const bytes = fetchAnswer()
    const { partitions, throttleTime } = decodeFetched(bytes)
    expect(throttleTime).toBe(5)
    expect(partitions).toMatchObject([
      { topic: 'orders', partition: 3, errorCode: 0, highWatermark: 100, lastStableOffset: 90 },
      { topic: 'orders', partition: 4, errorCode: 6, start: bytes.length, end: bytes.length },
    ])
    expect(partitions[0]!.aborted).toEqual([{ producerId: 7n, firstOffset: 3 }])
    expect(bytes.subarray(partitions[0]!.start, partitions[0]!.end).toString('hex')).toBe('01020304')
  })

  test('of a produce carry each partition’s own error', () => {
    expect(decodeProduced(produceAnswer())).toEqual({ partitions: [{ partition: 3, errorCode: 6 }], throttleTime: 20 })
  })

  test('about metadata carry the errors of topics and partitions', () => {
    expect(decodeMetadata(metadataAnswer())).toEqual({
      throttleTime: 0,
      brokers: [{ nodeId: 1, host: 'localhost', port: 9092, rack: undefined }],
      topics: [
        { topic: 'orders', errorCode: 0, partitions: [{ errorCode: 5, partition: 3, leader: -1 }] },
        { topic: 'missing', errorCode: 3, partitions: [] },
      ],
    })
  })

  test.for([
    ['Fetch', fetchAnswer, decodeFetched],
    ['Produce', produceAnswer, decodeProduced],
    ['Metadata', metadataAnswer, decodeMetadata],
    ['OffsetCommit', commitAnswer, decodeCommitted],
  ] as const)(
    'to %s that are cut off or damaged are refused with a code, or read as something else',
    ([, make, decode]) => {
      const whole = make()
      for (let length = 0; length < whole.length; length += 1) {
        expect(() => decode(whole.subarray(0, length))).toThrow(
          expect.objectContaining({ code: 'RK_KAFKA_BAD_RESPONSE' }),
        )
      }
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
          (damage) => {
            const bytes = Buffer.from(whole)
            for (const [at, byte] of damage) bytes[at] = byte
            try {
              decode(bytes)
            } catch (error) {
              expect((error as { code?: string }).code).toMatch(/^RK_KAFKA_(BAD_RESPONSE|OFFSET_TOO_LARGE)$/)
            }
          },
        ),
      )
    },
  )
})
