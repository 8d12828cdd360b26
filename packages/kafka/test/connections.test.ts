import { RecordCursor } from '@ringkeeper/core'
import { expect, test } from 'vitest'
import { WireWriter } from '../src/protocol/wire-writer.ts'
import { Api } from './support/api.ts'
import type { FakeBroker } from './support/fake-broker.ts'
import { FakeKafka } from './support/fake-kafka.ts'
import { shard, soon } from './support/real-kafka.ts'
import { cert, key } from './support/tls-certificate.ts'

const RECORDS = 30

/** Numbers from 0 up to 1, the same in each run. */
function makeDice(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Now and then an answer is left out or cut off, with its connection or with all of them. */
function misbehave(broker: FakeBroker, next: () => number): void {
  for (const apiKey of [Api.apiVersions, Api.metadata, Api.fetch]) {
    const answer = broker.handler(apiKey)
    broker.on(apiKey, async (body) => {
      const dice = next()
      if (dice < 0.05) return 'silence'
      if (dice < 0.1) return 'hang up'
      if (dice < 0.15) broker.hangUp()
      const given = await answer(body)
      return dice < 0.25 && given instanceof WireWriter ? { half: given } : given
    })
  }
}

test.for([
  ['TCP', 1, {}, {}],
  ['TLS', 2, { tls: { key, cert } }, { ssl: { ca: cert } }],
] as const)(
  'whatever becomes of its connections over %s, every record comes once and in order',
  { timeout: 30_000 },
  async ([, seed, tls, ssl]) => {
    const next = makeDice(seed)
    await using kafka = await FakeKafka.start({ brokers: 2, ...tls })
    for (const broker of kafka.brokers) misbehave(broker, next)
    const brokers = kafka.brokers.map(({ bootstrap }) => bootstrap)
    const source = kafka.source({ ...ssl, brokers, requestTimeout: 100, metadataInterval: 50 })
    const reader = await source.open(shard('orders'), 0, soon())
    const values: string[] = []
    for (let produced = 0; values.length < RECORDS;) {
      if (produced < RECORDS && produced <= values.length) await kafka.append(0, String(produced++))
      kafka.partitions[0]!.leader = next() < 0.5 ? 0 : 1
      const batch = (await reader.read(soon()))!
      const cursor = new RecordCursor(batch)
      for (let index = 0; index < batch.length; index += 1) values.push(cursor.moveTo(index).valueText!)
    }
    expect(values).toEqual(Array.from({ length: RECORDS }, (_, at) => String(at)))
  },
)
