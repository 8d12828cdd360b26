import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { PositionCommit } from '@ringkeeper/core'
import { WireWriter } from '../src/protocol/wire-writer.ts'
import { Api } from './support/api.ts'
import { FakeKafka } from './support/fake-kafka.ts'
import { shard, soon } from './support/real-kafka.ts'

const commitOf = (partition: number, position = 5): PositionCommit => ({
  shard: shard('orders', partition),
  position,
  metadata: 'm',
})

/** Answers commits with a code per partition, and notes which partitions each was about. */
function answerCommits(kafka: FakeKafka, broker: number, codeOf: (partition: number) => number): number[][] {
  const seen: number[][] = []
  kafka.on(broker, Api.offsetCommit, (body) => {
    body.string()
    body.int32()
    body.string()
    const answer = new WireWriter().int32(0)
    const topics = body.array(() => ({
      topic: body.string(),
      partitions: body.array(() => {
        const partition = body.int32()
        body.int64()
        body.string()
        return partition
      }),
    }))
    seen.push(topics.flatMap(({ partitions }) => partitions))
    return answer.array(topics, ({ topic, partitions }) =>
      answer.string(topic).array(partitions, (partition) => answer.int32(partition).int16(codeOf(partition))),
    )
  })
  return seen
}

test('the position of a partition that is gone is dropped with a warning, and holds up no other', async () => {
  await using kafka = await FakeKafka.start({ partitions: 1 })
  const seen = answerCommits(kafka, 0, (partition) => (partition === 0 ? 0 : 3))
  await kafka.source().positions.commit([commitOf(1), commitOf(0), commitOf(2)])
  expect(seen).toEqual([[1, 0, 2]])
  expect(kafka.warnings).toEqual([expect.stringMatching('dropped.*orders/1.*orders/2')])
})

test('what a broker cannot take yet is committed again, and nothing else is', async () => {
  await using kafka = await FakeKafka.start({ partitions: 3 })
  let attempt = 0
  // 3: the broker has not heard of the partition yet; 14: it is loading the group.
  const seen = answerCommits(kafka, 0, (partition) => {
    if (partition === 0) attempt += 1
    return [attempt < 3 ? 3 : 0, 0, attempt < 2 ? 14 : 0][partition]!
  })
  await kafka.source().positions.commit([commitOf(0), commitOf(1), commitOf(2)])
  expect(seen).toEqual([[0, 1, 2], [0, 2], [0]])
})

test('a refusal that is not going to pass counts before one that is', async () => {
  await using kafka = await FakeKafka.start({ partitions: 2 })
  answerCommits(kafka, 0, (partition) => [14, 12][partition]!)
  await expect(kafka.source().positions.commit([commitOf(0), commitOf(1)])).rejects.toMatchObject({
    code: 'RK_KAFKA_COMMIT_REFUSED',
    data: { kafkaError: 'OFFSET_METADATA_TOO_LARGE' },
    cause: { data: { topic: 'orders', partition: 1 } },
  })
})

test('an answer without a verdict on a position is not taken for consent', async () => {
  await using kafka = await FakeKafka.start()
  kafka.on(0, Api.offsetCommit, () => new WireWriter().int32(0).int32(0))
  await expect(kafka.source().positions.commit([commitOf(0)])).rejects.toMatchObject({ code: 'RK_KAFKA_BAD_RESPONSE' })
})

test('after a commit that was given up the coordinator is asked for again: it may have moved from a broker that hangs', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  const { asked } = kafka.brokers[0]!.mute(Api.offsetCommit)
  answerCommits(kafka, 1, () => 0)
  const { positions } = kafka.source()
  const impatience = new AbortController()
  const hanging = positions.commit([commitOf(0)], { signal: impatience.signal })
  await asked
  kafka.coordinator = 1
  impatience.abort(new Error('too long'))
  await expect(hanging).rejects.toThrow('too long')
  await positions.commit([commitOf(0)], soon())
})

test('another broker is asked where the coordinator is after one that hangs was given up', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  answerCommits(kafka, 0, () => 0)
  answerCommits(kafka, 1, () => 0)
  const { positions } = kafka.source({ brokers: kafka.brokers.map(({ bootstrap }) => bootstrap) })
  const mutes = kafka.brokers.map((broker) => broker.mute(Api.findCoordinator))
  const impatience = new AbortController()
  const hanging = positions.commit([commitOf(0)], { signal: impatience.signal })
  const hung = await Promise.race(mutes.map(({ asked }, at) => asked.then(() => at)))
  impatience.abort(new Error('too long'))
  await expect(hanging).rejects.toThrow('too long')
  mutes[1 - hung]!.end()
  await positions.commit([commitOf(0)], soon())
})

test('a coordinator that moves does not fail what else is asked of it', async () => {
  await using kafka = await FakeKafka.start({ brokers: 2 })
  const { asked } = kafka.brokers[0]!.mute(Api.offsetFetch)
  answerCommits(kafka, 0, () => 16)
  answerCommits(kafka, 1, () => 0)
  kafka.on(1, Api.offsetFetch, () =>
    new WireWriter().int32(0).int32(1).string('orders').int32(1).int32(0).int64(5).string('m').int16(0).int16(0),
  )
  const { positions } = kafka.source()
  const reading = positions.read([shard('orders')], soon())
  await asked
  kafka.coordinator = 1
  await positions.commit([commitOf(0)], soon())
  expect(await reading).toEqual([{ position: 5, metadata: 'm' }])
})

test('a broker that goes away under several questions fails none of them', async () => {
  await using kafka = await FakeKafka.start()
  answerCommits(kafka, 0, () => 0)
  const [broker] = kafka.brokers
  const source = kafka.source({ metadataInterval: 10 })
  const shards = source.shards(soon())
  await shards.next()
  const mute = [Api.metadata, Api.findCoordinator].map((apiKey) => broker!.mute(apiKey))
  const commit = source.positions.commit([commitOf(0)], soon())
  await Promise.all(mute.map(({ asked }) => asked))
  for (const { end } of mute) end()
  broker!.hangUp()
  await commit
})

test('nothing of a commit is remembered once it has ended', async () => {
  await using kafka = await FakeKafka.start()
  answerCommits(kafka, 0, () => 0)
  const { positions } = kafka.source()
  const reasons: WeakRef<Error>[] = []
  const giveUp = async (): Promise<void> => {
    const given = new AbortController()
    const reason = new Error('enough')
    reasons.push(new WeakRef(reason))
    given.abort(reason)
    await positions.commit([commitOf(0)], { signal: given.signal }).catch(() => {})
  }
  for (let round = 0; round < 5; round += 1) {
    await giveUp()
    await positions.commit([commitOf(0)])
  }
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  await expect
    .poll(() => {
      collectGarbage()
      return reasons.filter((reason) => reason.deref() !== undefined).length
    })
    .toBe(0)
})
