import { AssignerProtocol } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { kafkajsAssigner, type KafkajsAssignerOptions, type KafkajsCluster } from '../src/kafkajs/index.ts'
import { code } from './assigning.ts'

interface Broker {
  readonly cluster: KafkajsCluster
  /** The topics of every request. */
  readonly asked: (readonly string[])[]
}

/** A cluster whose own knowledge is of topic `a`; partition p of a topic has its replica on broker p modulo the racks. */
function clusterOf(topics: Readonly<Record<string, number>>, racks: readonly string[] = ['x', 'y']): Broker {
  const asked: (readonly string[])[] = []
  const partitionsOf = (topic: string): { partitionId: number; replicas: number[] }[] =>
    Array.from({ length: topics[topic]! }, (_, partitionId) => ({
      partitionId,
      replicas: [partitionId % racks.length],
    }))
  const metadata: KafkajsCluster['metadata'] = async ({ topics: wanted }) => {
    asked.push(wanted)
    if (wanted.some((topic) => topics[topic] === undefined)) {
      throw Object.assign(new Error('no such topic'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' })
    }
    const brokers = racks.map((rack, nodeId) => ({ nodeId, rack }))
    return { brokers, topicMetadata: wanted.map((topic) => ({ topic, partitionMetadata: partitionsOf(topic) })) }
  }
  const findTopicPartitionMetadata = (topic: string): { partitionId: number }[] =>
    topic === 'a' ? partitionsOf(topic) : []
  return { asked, cluster: { metadata, findTopicPartitionMetadata } }
}

/** What each member owns after one round with the first one as the leader. */
async function round(
  { cluster }: Broker,
  members: readonly (readonly [id: string, topics: readonly string[], options?: Partial<KafkajsAssignerOptions>])[],
): Promise<Record<string, Record<string, number[]>>> {
  const group = members.map(([memberId, topics, options]) => {
    const assigner = kafkajsAssigner({ kind: 'sticky', ...options })({ cluster })
    return { memberId, memberMetadata: assigner.protocol({ topics }).metadata, assigner }
  })
  const [, topics] = members[0]!
  const assigned = await group[0]!.assigner.assign({ members: group, topics })
  return Object.fromEntries(
    assigned.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)!.assignment,
    ]),
  )
}

describe('kafkajsAssigner', () => {
  it('shares out topics that only other members than the leader take', async () => {
    const broker = clusterOf({ a: 2, b: 3 })
    expect(
      await round(broker, [
        ['one', ['a']],
        ['two', ['b']],
        ['three', ['a', 'b']],
      ]),
    ).toMatchObject({ one: {}, two: {}, three: {} })
    const owned = await round(broker, [
      ['one', ['a']],
      ['two', ['b']],
    ])
    expect(owned).toEqual({ one: { a: [0, 1] }, two: { b: [0, 1, 2] } })
    // kafkajs keeps the answer as all that it knows, so the leader's own topic is asked for too.
    expect(broker.asked).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ])
  })

  it('asks for nothing where the leader takes every topic', async () => {
    const broker = clusterOf({ a: 4 })
    const owned = await round(broker, [
      ['one', ['a']],
      ['two', ['a']],
    ])
    expect(Object.values(owned).map(({ a }) => a!.length)).toEqual([2, 2])
    expect(broker.asked).toEqual([])
  })

  it('leaves out a topic that does not exist, and shares out all others', async () => {
    const broker = clusterOf({ a: 1, b: 2 })
    expect(
      await round(broker, [
        ['one', ['a']],
        ['two', ['b', 'gone']],
      ]),
    ).toEqual({ one: { a: [0] }, two: { b: [0, 1] } })
  })

  it('does not take another failure for a missing topic', async () => {
    const { cluster } = clusterOf({ a: 1 })
    const failing = { ...cluster, metadata: () => Promise.reject(new Error('connection lost')) }
    await expect(
      round({ cluster: failing, asked: [] }, [
        ['one', ['a']],
        ['two', ['b']],
      ]),
    ).rejects.toThrow('connection lost')
  })

  it('gives partitions to consumers in the rack of a replica, with zone-aware', async () => {
    const broker = clusterOf({ a: 6, b: 4 })
    const owned = await round(broker, [
      ['one', ['a', 'b'], { kind: 'zone-aware', zone: 'y' }],
      ['two', ['a', 'b'], { kind: 'zone-aware', zone: 'x' }],
    ])
    expect(owned).toEqual({ one: { a: [1, 3, 5], b: [1, 3] }, two: { a: [0, 2, 4], b: [0, 2] } })
  })

  it.each([
    '',
    'null',
    '7',
    '{"since":1,"owned":null}',
    '{"since":1,"owned":{"a":3}}',
    '{"since":1,"owned":{"a":[0.5]}}',
    '{"since":1,"owned":{"a":[0,0]}}',
    '{"since":1,"owned":{},"weight":-1}',
  ])('takes a member that says %j of itself for one that owns nothing', async (said) => {
    const { cluster } = clusterOf({ a: 2 })
    const assigner = kafkajsAssigner({ kind: 'sticky' })({ cluster })
    const memberMetadata = AssignerProtocol.MemberMetadata.encode({
      version: 1,
      topics: ['a'],
      userData: Buffer.from(said),
    })
    const assigned = await assigner.assign({ members: [{ memberId: 'm', memberMetadata }], topics: ['a'] })
    expect(AssignerProtocol.MemberAssignment.decode(assigned[0]!.memberAssignment)!.assignment).toEqual({ a: [0, 1] })
  })

  it('refuses what kafkajs cannot do, and weights that cannot be', () => {
    expect(() => kafkajsAssigner({ kind: 'cooperative-sticky' as 'sticky' })).toThrow(code('BAD_OPTION'))
    expect(() => kafkajsAssigner({ kind: 'sticky', weight: -1 })).toThrow(code('BAD_OPTION'))
    expect(() => kafkajsAssigner({ kind: 'best' as 'sticky' })).toThrow(code('BAD_OPTION'))
  })
})
