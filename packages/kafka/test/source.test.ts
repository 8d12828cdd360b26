import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemPorts, type Shard } from '@ringkeeper/core'
import { KafkaSource, sourceSchema } from '../src/index.ts'
import { WireWriter } from '../src/protocol/wire-writer.ts'
import { Api } from './support/api.ts'
import { FakeKafka } from './support/fake-kafka.ts'
import { readValues, shard, soon } from './support/real-kafka.ts'

const orders = shard('orders')

/** The answer to ListOffsets for partition 0. */
const offsetAnswer = (offset: number): WireWriter =>
  new WireWriter().int32(0).int32(1).string('orders').int32(1).int32(0).int16(0).int64(-1).int64(offset)

test('a broker that leaves the cluster with a fetch unanswered does not end its readers', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  await kafka.append(0, 'a', 'b')
  kafka.partitions[0]!.leader = 1
  const { asked } = kafka.brokers[1]!.mute(Api.fetch)
  const reader = await kafka.source({ metadataInterval: 20 }).open(orders, 0, soon())
  await asked
  kafka.partitions[0]!.leader = 0
  kafka.named = [0]
  expect((await readValues(reader, 2)).values).toEqual(['a', 'b'])
})

test('a broker that moves with a fetch unanswered does not end its readers', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  await kafka.append(0, 'a')
  const { asked } = kafka.brokers[0]!.mute(Api.fetch)
  const reader = await kafka.source({ metadataInterval: 20 }).open(orders, 0, soon())
  await asked
  kafka.movedTo.set(0, kafka.brokers[1]!.port)
  expect((await readValues(reader, 1)).values).toEqual(['a'])
})

test.for([-1, 2, 3, 5, 6, 7, 8, 9, 13, 56, 72, 74, 75, 78])(
  'a partition that answers with code %i is asked again',
  async (code) => {
    await using kafka = await FakeKafka.start()
    await kafka.append(0, 'a')
    kafka.partitions[0]!.errorCode = code
    const reader = await kafka.source().open(orders, 0, soon())
    await expect.poll(() => kafka.warnings).not.toEqual([])
    kafka.partitions[0]!.errorCode = 0
    expect((await readValues(reader, 1)).values).toEqual(['a'])
  },
)

test('the next answer is fetched while one is read in several batches', async () => {
  await using kafka = await FakeKafka.start()
  for (let i = 0; i < 3; i += 1) await kafka.append(0, ...Array.from({ length: 1000 }, (_, j) => `${i}/${j}`))
  const [broker] = kafka.brokers
  const reader = await kafka.source().open(orders, 0, soon())
  expect((await reader.read(soon()))!.nextOffset).toBe(1000)
  await expect.poll(() => broker!.count(Api.fetch)).toBeGreaterThan(1)
  await kafka.append(0, 'last')
  const rest = [await reader.read(soon()), await reader.read(soon()), await reader.read(soon())]
  expect(rest.map((batch) => batch!.nextOffset)).toEqual([2000, 3000, 3001])
})

test('two readers of one partition both get all its records', async () => {
  await using kafka = await FakeKafka.start()
  const source = kafka.source()
  const readers = await Promise.all([source.open(orders, 0, soon()), source.open(orders, 1, soon())])
  await kafka.append(0, 'a', 'b', 'c')
  const read = readers.map((reader, at) => readValues(reader, 3 - at))
  expect((await Promise.all(read)).map(({ values }) => values)).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c'],
  ])
})

test('an answer that cannot be read ends its readers, and is not asked for again and again', async () => {
  await using kafka = await FakeKafka.start()
  kafka.on(0, Api.fetch, () => new WireWriter().int16(0))
  kafka.on(0, Api.listOffsets, () => offsetAnswer(0))
  const source = kafka.source()
  const reader = await source.open(orders, 0, soon())
  await expect(reader.read(soon())).rejects.toMatchObject({ code: 'RK_KAFKA_BAD_RESPONSE' })
  for (let round = 0; round < 20; round += 1) await source.startPosition(orders)
  expect(kafka.brokers[0]!.count(Api.fetch)).toBe(1)
})

test('an answer without a partition that was asked for is an error, and nobody waits for it', async () => {
  await using kafka = await FakeKafka.start()
  kafka.on(0, Api.fetch, () => new WireWriter().int32(0).int16(0).int32(0).int32(0))
  const reader = await kafka.source().open(orders, 0, soon())
  await expect(reader.read(soon())).rejects.toMatchObject({ code: 'RK_KAFKA_BAD_RESPONSE' })
})

test('a fetch that a quota of the brokers holds back, which is answered with nothing, is made again when they say', async () => {
  await using kafka = await FakeKafka.start()
  await kafka.append(0, 'a')
  const at: number[] = []
  kafka.on(0, Api.fetch, (body) => {
    at.push(performance.now())
    return at.length === 1 ? new WireWriter().int32(100).int16(0).int32(0).int32(0) : kafka.fetch(body)
  })
  const reader = await kafka.source().open(orders, 0, soon())
  expect((await readValues(reader, 1)).values).toEqual(['a'])
  expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(90)
})

test('a broker that has just started and knows of nobody is not believed that there are no topics', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  const empty = (): WireWriter =>
    new WireWriter().int32(0).int32(0).string(null).int32(-1).int32(1).int16(3).string('orders').int8(0).int32(0)
  const source = kafka.source({ brokers: kafka.brokers.map(({ bootstrap }) => bootstrap), metadataInterval: 10 })
  const seen: (readonly Shard[])[] = []
  const controller = new AbortController()
  const watching = (async () => {
    for await (const shards of source.shards({ signal: controller.signal })) seen.push(shards)
  })()
  await expect.poll(() => seen).toEqual([[orders]])
  const before = kafka.brokers[0]!.handler(Api.metadata)
  for (const at of [0, 1]) kafka.on(at, Api.metadata, empty)
  await expect.poll(() => kafka.warnings).not.toEqual([])
  for (const at of [0, 1]) kafka.on(at, Api.metadata, before)
  const asked = kafka.brokers[0]!.count(Api.metadata)
  await expect.poll(() => kafka.brokers[0]!.count(Api.metadata)).toBeGreaterThan(asked + 1)
  expect(seen).toEqual([[orders]])
  controller.abort()
  await watching.catch(() => {})
})

test('an answer without a position is no position', async () => {
  await using kafka = await FakeKafka.start()
  kafka.on(0, Api.listOffsets, () => new WireWriter().int32(0).int32(0))
  await expect(kafka.source().startPosition(orders)).rejects.toMatchObject({ code: 'RK_KAFKA_BAD_RESPONSE' })
})

test.for([
  ['a leader that nobody can reach', { leader: 1 }, 'ECONNREFUSED'],
  ['a leader that refuses', { errorCode: 6 }, 'NOT_LEADER_OR_FOLLOWER'],
  ['a partition without a leader', { leader: -1 }, 'has no leader'],
] as const)('%s is told to the operator', async ([, trouble, reason]) => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  await kafka.brokers[1]!.stop()
  Object.assign(kafka.partitions[0]!, trouble)
  await kafka.source().open(orders, 0, soon())
  await expect.poll(() => kafka.warnings).toEqual([expect.stringMatching(`^fetching is tried again.*${reason}`)])
})

test('brokers that the cluster named are asked when all configured ones are away', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  await kafka.append(0, 'a')
  const reader = await kafka.source().open(orders, 0, soon())
  await readValues(reader, 1)
  kafka.partitions[0]!.leader = 1
  kafka.named = [1]
  await kafka.brokers[0]!.stop()
  await kafka.append(0, 'b')
  expect((await readValues(reader, 1)).values).toEqual(['b'])
})

test('a source says why it cannot read while no broker answers, since when, and no longer', async () => {
  await using kafka = await FakeKafka.start()
  const [broker] = kafka.brokers
  const source = kafka.source()
  const reader = await source.open(orders, 0, soon())
  expect(source.trouble).toBeUndefined()
  const answers = [Api.fetch, Api.metadata].map((api) => [api, broker!.handler(api)] as const)
  const before = performance.now()
  for (const [api] of answers) broker!.on(api, () => 'hang up')
  broker!.hangUp()
  await expect.poll(() => source.trouble).toMatchObject({ reason: expect.stringContaining('no broker that answers') })
  const { since } = source.trouble!
  expect(since).toBeGreaterThanOrEqual(before)
  const asked = broker!.count(Api.metadata)
  await expect.poll(() => broker!.count(Api.metadata)).toBeGreaterThan(asked + 1)
  expect(source.trouble).toMatchObject({ since })
  for (const [api, answer] of answers) broker!.on(api, answer)
  await kafka.append(0, 'a')
  expect((await readValues(reader, 1)).values).toEqual(['a'])
  expect(source.trouble).toBeUndefined()
})

test('a fetch that waits for records may take longer than other requests', async () => {
  await using kafka = await FakeKafka.start()
  kafka.on(0, Api.fetch, async (body) => {
    await wait(600)
    await kafka.append(0, 'a')
    return kafka.fetch(body)
  })
  const reader = await kafka.source({ maxWait: 600, requestTimeout: 200 }).open(orders, 0, soon())
  expect((await readValues(reader, 1)).values).toEqual(['a'])
  expect(kafka.brokers[0]!.count(Api.fetch)).toBe(1)
})

test('waits end with their signal while the brokers that were there are away', async () => {
  await using kafka = await FakeKafka.start()
  const source = kafka.source()
  await source.open(orders, 0, soon())
  await kafka.brokers[0]!.stop()
  await expect(source.startPosition(orders, { signal: AbortSignal.timeout(200) })).rejects.toThrow('timeout')
})

test('waits end with their signal while a connection is being made', async () => {
  await using kafka = await FakeKafka.start()
  const silent = createServer((socket) => socket.on('error', () => {}))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const brokers = [`127.0.0.1:${(silent.address() as AddressInfo).port}`]
  // TLS without an answer: neither connected nor refused.
  const source = kafka.source({ brokers, ssl: true, connectionTimeout: '1m' })
  const signal = AbortSignal.timeout(200)
  await expect(source.positions.read([orders], { signal })).rejects.toThrow('timeout')
  silent.close()
})

test('nothing goes on after a source was closed while it asked for metadata', async () => {
  await using kafka = await FakeKafka.start()
  const ports = systemPorts()
  const running = new Set<object>()
  const set = (delay: number, fire: () => void): (() => void) => {
    const timer = {}
    running.add(timer)
    const cancel = ports.timers.set(delay, () => {
      running.delete(timer)
      fire()
    })
    return () => {
      running.delete(timer)
      cancel()
    }
  }
  const options = { brokers: [kafka.brokers[0]!.bootstrap], topics: ['orders'], group: 'g', metadataInterval: 20 }
  const source = new KafkaSource(sourceSchema.parse(options), { ports: { ...ports, timers: { set } } })
  await source.open(orders, 0, soon())
  await kafka.brokers[0]!.mute(Api.metadata).asked
  await source[Symbol.asyncDispose]()
  await new Promise(setImmediate)
  expect(running.size).toBe(0)
})

test('a shard that is prepared has its connections before it is opened', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2, partitions: 2 })
  const leader = kafka.brokers[1]
  for (const partition of kafka.partitions) partition.leader = 1
  await kafka.append(0, 'a')
  const source = kafka.source()
  for (const partition of [0, 1]) source.prepare(shard('orders', partition))
  await expect.poll(() => leader!.connections).toBe(2)
  const introductions = leader!.count(Api.apiVersions)
  const reader = await source.open(orders, 0, soon())
  expect((await readValues(reader, 1)).values).toEqual(['a'])
  expect([leader!.connections, leader!.count(Api.apiVersions)]).toEqual([2, introductions])
})

test('preparing a shard while no broker answers leaves the trouble to its opening', async () => {
  await using kafka = await FakeKafka.start()
  const source = kafka.source()
  const { asked } = kafka.brokers[0]!.mute(Api.metadata)
  source.prepare(orders)
  await asked
  await source[Symbol.asyncDispose]()
})
