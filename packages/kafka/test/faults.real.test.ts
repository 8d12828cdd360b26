import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { Api } from './support/api.ts'
import { readValues, RealKafka, shard, soon } from './support/real-kafka.ts'

const broker = inject('kafka')

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, at) => String(from + at))

describe.skipIf(!broker)('over a connection that breaks', { timeout: 30_000 }, () => {
  let kafka: RealKafka
  beforeAll(() => {
    kafka = new RealKafka(broker!.bootstrap)
  })
  afterAll(() => kafka[Symbol.asyncDispose]())

  async function filled(count: number): Promise<string> {
    const topic = await kafka.topic()
    const producer = await kafka.producer()
    for (let at = 0; at < count; at += 100) {
      await producer.send({ topic, messages: numbers(at, Math.min(count, at + 100)).map((value) => ({ value })) })
    }
    return topic
  }

  test('nothing is lost and nothing read twice, whichever end of a fetch is lost', async () => {
    const topic = await filled(2000)
    const relay = await kafka.relay()
    const source = kafka.source({ topics: [topic], brokers: [relay.bootstrap], maxPartitionBytes: 2000 })
    const reader = await source.open(shard(topic), 0, soon())
    const values: (string | undefined)[] = []
    for (let round = 0; values.length < 2000; round += 1) {
      if (round % 3 === 0) relay.loseReply(Api.fetch)
      if (round % 3 === 1) relay.loseRequest(Api.fetch)
      values.push(...(await readValues(reader, 1)).values)
    }
    expect(values).toEqual(numbers(0, 2000))
  })

  test('positions are asked for again: no answer is never "no position"', async () => {
    const topic = await filled(10)
    const relay = await kafka.relay()
    const { positions } = kafka.source({ topics: [topic], brokers: [relay.bootstrap] })
    await positions.commit([{ shard: shard(topic), position: 5, metadata: 'm' }])
    relay.loseReply(Api.offsetFetch)
    expect(await positions.read([shard(topic)])).toEqual([{ position: 5, metadata: 'm' }])
    relay.loseReply(Api.findCoordinator)
    expect(await positions.read([shard(topic)])).toEqual([{ position: 5, metadata: 'm' }])
  })

  test('a commit whose answer was lost is made again', async () => {
    const topic = await filled(10)
    const relay = await kafka.relay()
    const { positions } = kafka.source({ topics: [topic], brokers: [relay.bootstrap] })
    relay.loseReply(Api.offsetCommit)
    await positions.commit([{ shard: shard(topic), position: 5, metadata: '' }])
    expect(relay.delivered.get(Api.offsetCommit)).toBe(2)
    expect(await positions.read([shard(topic)])).toEqual([{ position: 5, metadata: '' }])
  })

  test('an aborted commit resets its connection: it is not applied over a later one', async () => {
    const topic = await filled(10)
    const group = `group-${topic}`
    const relay = await kafka.relay()
    const mine = kafka.source({ topics: [topic], group, brokers: [relay.bootstrap] }).positions
    const next = kafka.source({ topics: [topic], group }).positions
    await mine.commit([{ shard: shard(topic), position: 1, metadata: '' }])
    const given = new AbortController()
    const held = relay.held(Api.offsetCommit)
    const commit = mine.commit([{ shard: shard(topic), position: 2, metadata: '' }], { signal: given.signal })
    await held
    given.abort(new Error('the lease is lost'))
    await expect(commit).rejects.toThrow('the lease is lost')
    await next.commit([{ shard: shard(topic), position: 3, metadata: '' }])
    expect(await mine.read([shard(topic)])).toEqual([{ position: 3, metadata: '' }])
    expect(relay.delivered.get(Api.offsetCommit)).toBe(1)
  })

  test('commits keep their order: a newer one waits for an older one that is being tried again', async () => {
    const topic = await filled(10)
    const relay = await kafka.relay()
    const { positions } = kafka.source({ topics: [topic], brokers: [relay.bootstrap] })
    await positions.read([shard(topic)])
    relay.loseRequest(Api.offsetCommit)
    await Promise.all([1, 2, 3].map((position) => positions.commit([{ shard: shard(topic), position, metadata: '' }])))
    expect(await positions.read([shard(topic)])).toEqual([{ position: 3, metadata: '' }])
  })

  test('waits end with their signal while no broker answers', async () => {
    const source = kafka.source({ topics: ['any'], brokers: ['127.0.0.1:1'] })
    const signal = (): AbortSignal => AbortSignal.timeout(300)
    const timeout = { name: 'TimeoutError' }
    await expect(source.shards({ signal: signal() }).next()).rejects.toMatchObject(timeout)
    await expect(source.open(shard('any'), 0, { signal: signal() })).rejects.toMatchObject(timeout)
    await expect(source.startPosition(shard('any'), { signal: signal() })).rejects.toMatchObject(timeout)
    await expect(source.positions.read([shard('any')], { signal: signal() })).rejects.toMatchObject(timeout)
    const stuck = source.positions.commit([{ shard: shard('any'), position: 1, metadata: '' }], soon())
    const behind = source.positions.commit([{ shard: shard('any'), position: 2, metadata: '' }], { signal: signal() })
    await expect(behind).rejects.toMatchObject(timeout)
    await source[Symbol.asyncDispose]()
    await expect(stuck).rejects.toMatchObject({ code: 'RK_KAFKA_CLOSED' })
  })

  test('another kind of server is not taken for Kafka', async () => {
    const server = createServer((socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const warnings: string[] = []
    const warn = (_: string, fields?: Readonly<Record<string, unknown>>): void =>
      void warnings.push(`${String(fields?.['code'])}: ${String(fields?.['error'])}`)
    const logger = { debug: () => {}, info: () => {}, warn, error: () => {} }
    const brokers = [`127.0.0.1:${(server.address() as AddressInfo).port}`]
    const source = kafka.source({ topics: ['any'], brokers }, logger)
    await expect(source.open(shard('any'), 0, { signal: AbortSignal.timeout(500) })).rejects.toThrow('timeout')
    expect(warnings[0]).toMatch(/^RK_KAFKA_UNAVAILABLE: .*is this Kafka without TLS\?/)
    server.close()
  })

  test('no socket is left when it is closed with everything under way', async () => {
    const topic = await filled(100)
    const relay = await kafka.relay()
    const source = kafka.source({ topics: [topic], brokers: [relay.bootstrap], maxWait: 5000 })
    const reader = await source.open(shard(topic), 0, soon())
    await readValues(reader, 100)
    const reading = reader.read(soon())
    await source.positions.commit([{ shard: shard(topic), position: 1, metadata: '' }])
    await source[Symbol.asyncDispose]()
    await expect(reading).rejects.toMatchObject({ code: 'RK_KAFKA_CLOSED' })
    await relay.empty()
  })
})
