import { systemPorts } from '@ringkeeper/core'
import { expect, test } from 'vitest'
import { KafkaSource, sourceSchema } from '../src/index.ts'
import { WireWriter } from '../src/protocol/wire-writer.ts'
import { Api } from './support/api.ts'
import type { FakeBroker } from './support/fake-broker.ts'
import { FakeKafka } from './support/fake-kafka.ts'
import { readValues, shard, soon } from './support/real-kafka.ts'
import { cert, key } from './support/tls-certificate.ts'

const sasl = { mechanism: 'plain', username: 'me', password: 'geheim' }

/** Asks for a login that lasts for so many milliseconds, 0 for ever; returns the names and passwords that were given. */
function askForLogin(broker: FakeBroker, password = 'geheim', lifetime = 0): string[] {
  const given: string[] = []
  broker.on(Api.saslHandshake, () => {
    const answer = new WireWriter().int16(0)
    return answer.array(['PLAIN'], (name) => answer.string(name))
  })
  broker.on(Api.saslAuthenticate, (body) => {
    const start = body.skipBytes()
    const text = body.bytes.toString('utf8', start, body.position)
    given.push(text)
    const isRight = text.endsWith(`\0${password}`)
    return new WireWriter()
      .int16(isRight ? 0 : 58)
      .string(isRight ? null : 'wrong password')
      .int32(0)
      .int64(lifetime)
  })
  return given
}

test('a login goes over every connection', async () => {
  await using kafka = await FakeKafka.start()
  const given = askForLogin(kafka.brokers[0]!)
  await kafka.append(0, 'a')
  const reader = await kafka.source({ sasl }).open(shard('orders'), 0, soon())
  expect((await readValues(reader, 1)).values).toEqual(['a'])
  // The one that asks for metadata, and the two for records.
  expect(given).toEqual(Array.from({ length: 3 }, () => '\0me\0geheim'))
})

test('what is prepared is logged in, too', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  askForLogin(kafka.brokers[0]!)
  const given = askForLogin(kafka.brokers[1]!)
  kafka.partitions[0]!.leader = 1
  kafka.source({ sasl }).prepare(shard('orders'))
  await expect.poll(() => given).toHaveLength(2)
})

test('a login is renewed before its time is over, and nothing stops for that', async () => {
  await using kafka = await FakeKafka.start()
  // Ten seconds before, as kafkajs does: after 20 ms.
  const given = askForLogin(kafka.brokers[0]!, 'geheim', 10_020)
  const reader = await kafka.source({ sasl, metadataInterval: 10 }).open(shard('orders'), 0, soon())
  for (let round = 0; given.length < 20; round += 1) {
    await kafka.append(0, String(round))
    expect((await readValues(reader, 1)).values).toEqual([String(round)])
  }
  expect(kafka.warnings).toEqual([])
})

test('options of a login are left as they are', async () => {
  await using kafka = await FakeKafka.start()
  askForLogin(kafka.brokers[0]!)
  const options = { brokers: [kafka.brokers[0]!.bootstrap], topics: ['orders'], group: 'g', sasl }
  const parsed = sourceSchema.parse(options)
  await using source = new KafkaSource({ ...parsed, sasl: Object.freeze(parsed.sasl) }, { ports: systemPorts() })
  await source.open(shard('orders'), 0, soon())
})

test('a login that is refused is an error that does not show the password', async () => {
  await using kafka = await FakeKafka.start()
  askForLogin(kafka.brokers[0]!, 'another')
  const error = await kafka
    .source({ sasl })
    .open(shard('orders'), 0, soon())
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    code: 'RK_KAFKA_NOT_AUTHENTICATED',
    message: expect.stringContaining('wrong password'),
  })
  expect(String(error)).not.toContain('geheim')
})

test('a mechanism that the broker does not know is a refused login', async () => {
  await using kafka = await FakeKafka.start()
  kafka.on(0, Api.saslHandshake, () => new WireWriter().int16(33).int32(0))
  await expect(kafka.source({ sasl }).open(shard('orders'), 0, soon())).rejects.toMatchObject({
    code: 'RK_KAFKA_NOT_AUTHENTICATED',
  })
})

test('a connection that is lost during a login is no refusal: the login is tried again', async () => {
  await using kafka = await FakeKafka.start()
  const [broker] = kafka.brokers
  const given = askForLogin(broker!)
  const answer = broker!.handler(Api.saslAuthenticate)
  broker!.on(Api.saslAuthenticate, () => {
    broker!.on(Api.saslAuthenticate, answer)
    return 'hang up'
  })
  await kafka.source({ sasl }).open(shard('orders'), 0, soon())
  expect(given).toHaveLength(1)
})

test('TLS takes a certificate that names the broker’s address', async () => {
  await using kafka = await FakeKafka.start({ tls: { key, cert } })
  askForLogin(kafka.brokers[0]!)
  await kafka.append(0, 'a')
  const reader = await kafka.source({ sasl, ssl: { ca: cert } }).open(shard('orders'), 0, soon())
  expect((await readValues(reader, 1)).values).toEqual(['a'])
})

test('TLS refuses a certificate that nobody vouches for, and says so', async () => {
  await using kafka = await FakeKafka.start({ tls: { key, cert } })
  const opening = kafka.source({ ssl: true }).open(shard('orders'), 0, { signal: AbortSignal.timeout(300) })
  await expect(opening).rejects.toThrow('timeout')
  expect(kafka.warnings[0]).toContain('self-signed certificate')
})

test('an answer over TLS that is cut off half-way does not spoil the next one', async () => {
  await using kafka = await FakeKafka.start({ tls: { key, cert } })
  await kafka.append(0, 'a')
  kafka.on(0, Api.fetch, async (body) => {
    kafka.on(0, Api.fetch, (next) => kafka.fetch(next))
    return { half: await kafka.fetch(body) }
  })
  const reader = await kafka.source({ ssl: { ca: cert } }).open(shard('orders'), 0, soon())
  expect((await readValues(reader, 1)).values).toEqual(['a'])
})
