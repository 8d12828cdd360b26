import { randomUUID } from 'node:crypto'
import { Kafka, logLevel, type Consumer } from 'kafkajs'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { kafkajsAssigner, type KafkajsAssignerOptions } from '../src/kafkajs/index.ts'

const PARTITIONS = 24

/** A group of kafkajs consumers, and who of them owns what. */
class Group implements AsyncDisposable {
  readonly owned = new Map<string, readonly number[]>()
  readonly #kafka: Kafka
  readonly #topic: string
  readonly #id = `group-${randomUUID()}`
  readonly #consumers = new Map<string, Consumer>()

  constructor(kafka: Kafka, topic: string) {
    this.#kafka = kafka
    this.#topic = topic
  }

  async join(name: string, options: KafkajsAssignerOptions = { kind: 'sticky' }): Promise<void> {
    const assigner = kafkajsAssigner(options)
    const plain = this.#kafka.consumer({
      groupId: this.#id,
      partitionAssigners: [assigner],
      heartbeatInterval: 200,
      maxWaitTimeInMs: 200,
      rebalanceTimeout: 10_000,
    })
    const consumer = assigner.attach(plain)
    this.#consumers.set(name, consumer)
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.owned.set(name, payload.memberAssignment[this.#topic] ?? [])
    })
    await consumer.connect()
    await consumer.subscribe({ topics: [this.#topic], fromBeginning: true })
    await consumer.run({ eachMessage: async () => {} })
  }

  async leave(name: string): Promise<void> {
    const consumer = this.#consumers.get(name)!
    this.#consumers.delete(name)
    await consumer.disconnect()
    this.owned.delete(name)
  }

  /** Waits until the members together own every partition once, so many members of them all. */
  async settled(members: number): Promise<Map<string, readonly number[]>> {
    await expect
      .poll(
        () => [
          this.owned.size,
          [...this.owned.values()]
            .flat()
            .sort((a, b) => a - b)
            .join(),
        ],
        { timeout: 30_000 },
      )
      .toEqual([members, Array.from({ length: PARTITIONS }, (_, i) => i).join()])
    return new Map(this.owned)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#consumers.keys()].map((name) => this.leave(name)))
  }
}

function kept(before: ReadonlyMap<string, readonly number[]>, after: ReadonlyMap<string, readonly number[]>): number {
  return [...after].reduce(
    (sum, [name, partitions]) => sum + partitions.filter((p) => before.get(name)?.includes(p)).length,
    0,
  )
}

const sizes = (owned: ReadonlyMap<string, readonly number[]>): number[] =>
  [...owned.values()].map(({ length }) => length).sort((a, b) => a - b)

describe.skipIf(!inject('kafka'))('consumers of kafkajs with an assigner of ours', { timeout: 120_000 }, () => {
  let kafka: Kafka
  let topic: string

  beforeAll(async () => {
    kafka = new Kafka({ brokers: [inject('kafka')!.bootstrap], logLevel: logLevel.NOTHING })
    topic = `topic-${randomUUID()}`
    const admin = kafka.admin()
    await admin.connect()
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: PARTITIONS }] })
    await admin.disconnect()
  }, 60_000)

  it('keep what they have when others join and leave, the leader too', async () => {
    await using group = new Group(kafka, topic)
    await group.join('a')
    await group.settled(1)
    await group.join('b')
    const two = await group.settled(2)
    await group.join('c')
    const three = await group.settled(3)
    expect(sizes(three)).toEqual([8, 8, 8])
    expect(kept(two, three)).toBe(16)
    // The one that came first is the leader, and knows most.
    await group.leave('a')
    const without = await group.settled(2)
    expect(sizes(without)).toEqual([12, 12])
    expect(kept(three, without)).toBe(16)
    await group.join('d')
    const last = await group.settled(3)
    expect(sizes(last)).toEqual([8, 8, 8])
    expect(kept(without, last)).toBe(16)
  })

  it('get what they take where nobody takes all topics, whoever leads', async () => {
    const [a, b] = [`a-${randomUUID()}`, `b-${randomUUID()}`]
    const admin = kafka.admin()
    await admin.connect()
    const topics = [a, b].map((name) => ({ topic: name, numPartitions: 3 }))
    await admin.createTopics({ waitForLeaders: true, topics })
    await admin.disconnect()
    const owned = new Map<string, Record<string, number[]>>()
    const groupId = `group-${randomUUID()}`
    const join = async (taken: string): Promise<AsyncDisposable> => {
      const assigner = kafkajsAssigner({ kind: 'sticky' })
      const consumer = assigner.attach(
        kafka.consumer({ groupId, partitionAssigners: [assigner], heartbeatInterval: 200, maxWaitTimeInMs: 200 }),
      )
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => owned.set(taken, payload.memberAssignment))
      await consumer.connect()
      await consumer.subscribe({ topics: [taken] })
      await consumer.run({ eachMessage: async () => {} })
      return { [Symbol.asyncDispose]: () => consumer.disconnect() }
    }
    const all = [0, 1, 2]
    const everything = { [a]: { [a]: all }, [b]: { [b]: all } }
    const settled = (): Promise<void> =>
      expect.poll(() => Object.fromEntries(owned), { timeout: 30_000 }).toEqual(everything)
    const first = await join(a)
    await using _second = await join(b)
    await settled()
    // The one that came first leads; when it has left, the other one does.
    await first[Symbol.asyncDispose]()
    owned.clear()
    await using _third = await join(a)
    await settled()
  })

  it('get partitions by their weights', async () => {
    await using group = new Group(kafka, topic)
    await group.join('small', { kind: 'capacity-weighted' })
    await group.settled(1)
    await group.join('large', { kind: 'capacity-weighted', weight: 3 })
    const owned = await group.settled(2)
    expect([owned.get('small')!.length, owned.get('large')!.length]).toEqual([6, 18])
  })
})
