import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shardKey } from '@ringkeeper/core'
import { chunkPlan, chunkSize, joinChunks, versionOfChunk } from '../../src/fleet/plan-chunks.ts'
import { decodePlan, encodePlan, isSameContent, type Plan } from '../../src/fleet/plan.ts'
import { fleetPaths, named, segment } from '../../src/fleet/fleet-paths.ts'

const plans: fc.Arbitrary<Plan> = fc
  .record({
    version: fc.nat(),
    leader: fc.string(),
    leaderToken: fc.bigInt({ min: 0n, max: 2n ** 63n }),
    members: fc.uniqueArray(fc.record({ id: fc.string(), incarnation: fc.bigInt({ min: 0n, max: 2n ** 63n }) }), {
      selector: ({ id }) => id,
    }),
    shards: fc.uniqueArray(
      fc.record({ topic: fc.oneof(fc.string({ minLength: 1 }), fc.constant('__proto__')), partition: fc.nat(50) }),
      {
        selector: shardKey,
      },
    ),
    isPaused: fc.boolean(),
    isFinished: fc.boolean(),
  })
  .map((plan) => ({
    ...plan,
    owners: new Map(
      plan.members.length === 0
        ? []
        : plan.shards.flatMap((shard, index) =>
            index % 3 === 0 ? [] : [[shardKey(shard), plan.members[index % plan.members.length]!.id] as const],
          ),
    ),
  }))

describe('a plan', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const read = decodePlan('/plan', encodePlan(plan))
        expect(read).toMatchObject({ version: plan.version, leader: plan.leader, leaderToken: plan.leaderToken })
        expect(isSameContent(read, plan)).toBe(true)
        expect(new Set(read.shards.map(shardKey))).toEqual(new Set(plan.shards.map(shardKey)))
        expect(read.owners.size).toBe(plan.owners.size)
        for (const [key, owner] of plan.owners) expect(read.owners.get(key)).toBe(owner)
      }),
    )
  })

  it('says something else when an owner, a member or a shard is another', () => {
    const plan: Plan = {
      version: 1,
      leader: 'a',
      leaderToken: 1n,
      members: [{ id: 'a', incarnation: 5n }],
      shards: [{ topic: 'orders', partition: 0 }],
      owners: new Map([['orders/0', 'a']]),
      isPaused: false,
      isFinished: false,
    }
    expect(isSameContent(plan, Object.assign({}, plan, { version: 9, leader: 'b' }))).toBe(true)
    expect(isSameContent(plan, { ...plan, owners: new Map() })).toBe(false)
    expect(isSameContent(plan, { ...plan, members: [{ id: 'a', incarnation: 6n }] })).toBe(false)
    expect(isSameContent(plan, { ...plan, shards: [] })).toBe(false)
    expect(isSameContent(plan, { ...plan, isPaused: true })).toBe(false)
  })

  it('that is large is cut into parts and put together again', () => {
    const data = new Uint8Array(2 * chunkSize + 10).map((_, index) => index % 251)
    const { chunks } = chunkPlan({ version: 7, leaderToken: 3n }, data, 1)
    expect(chunks.map(({ data: part }) => part.length)).toEqual([chunkSize, chunkSize, 10])
    expect(joinChunks(chunks.map(({ data: part }) => part))).toEqual(data)
    expect(chunks.map(({ name }) => versionOfChunk(name))).toEqual([7, 7, 7])
    expect(versionOfChunk('something')).toBeUndefined()
    const again = chunkPlan({ version: 7, leaderToken: 3n }, data, 2)
    expect(again.chunks[0]!.name).not.toBe(chunks[0]!.name)
  })
})

describe('the paths of a pipeline', () => {
  it('keep any topic in one segment and give it back', () => {
    const paths = fleetPaths('/ringkeeper', 'orders')
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.nat(), (topic, partition) => {
        const path = paths.shard({ topic, partition })
        expect(path.slice(paths.shards.length + 1).split('/')).toHaveLength(2)
        expect(paths.shardAt(path)).toEqual({ topic, partition })
        expect(paths.shardAt(`${path}/owner`)).toBeUndefined()
      }),
    )
  })

  it('have no segment that the tree refuses', () => {
    for (const name of ['.', '..', '...', 'a/b', ' ', '%']) {
      expect(segment(name)).not.toMatch(/^\.+$|\//)
      expect(named(segment(name))).toBe(name)
    }
  })

  it('are refused below a root that is no path', () => {
    expect(() => fleetPaths('ringkeeper', 'orders')).toThrow(/root is "ringkeeper"/)
    expect(() => fleetPaths('/ringkeeper/', 'orders')).toThrow(/does not end/)
    expect(fleetPaths('/', 'orders').base).toBe('/orders')
  })
})
