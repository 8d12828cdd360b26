import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shardKey } from '@ringkeeper/core'
import { planShards, type OwnerTable } from '../../src/fleet/plan-shards.ts'
import type { PlanMember } from '../../src/fleet/quotas.ts'
import { shardsOf } from '../support/fleet-world.ts'

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const members = fc.uniqueArray(
  fc.record({ id: fc.constantFrom(...ids), weight: fc.constantFrom(0, 1, 1, 1, 2, 3, 0.5, 10) }),
  { selector: ({ id }) => id },
)
const equalMembers = fc
  .uniqueArray(fc.constantFrom(...ids), { minLength: 1 })
  .map((names) => names.map((id): PlanMember => ({ id, weight: 1 })))
const count = fc.integer({ min: 0, max: 60 })

function counts(table: OwnerTable): Map<string, number> {
  const result = new Map<string, number>()
  for (const owner of table.values()) result.set(owner, (result.get(owner) ?? 0) + 1)
  return result
}

const moved = (before: OwnerTable, after: OwnerTable): number =>
  [...before].filter(([key, owner]) => after.get(key) !== owner).length

describe('planShards', () => {
  it('gives every shard to a member with weight, in proportion to the weights', () => {
    fc.assert(
      fc.property(count, members, members, (n, before, now) => {
        const table = planShards(shardsOf(n), now, planShards(shardsOf(n), before))
        const takers = now.filter(({ weight }) => weight > 0)
        const total = takers.reduce((sum, { weight }) => sum + weight, 0)
        expect(table.size).toBe(takers.length === 0 ? 0 : n)
        const owned = counts(table)
        for (const { id, weight } of takers) {
          const ideal = (n * weight) / total
          expect(owned.get(id) ?? 0).toBeGreaterThanOrEqual(Math.floor(ideal + 1e-9))
          expect(owned.get(id) ?? 0).toBeLessThanOrEqual(Math.ceil(ideal - 1e-9))
        }
      }),
    )
  })

  it('moves no shard that it need not move', () => {
    fc.assert(
      fc.property(count, equalMembers, equalMembers, (n, before, now) => {
        const first = planShards(shardsOf(n), before)
        const second = planShards(shardsOf(n), now, first)
        const owned = counts(first)
        const floor = Math.floor(n / now.length)
        let extras = n % now.length
        let kept = 0
        const stayed = now.map(({ id }) => owned.get(id) ?? 0).sort((a, b) => b - a)
        for (const held of stayed) kept += Math.min(held, held > floor && extras-- > 0 ? floor + 1 : floor)
        expect(moved(first, second)).toBe(n - kept)
      }),
    )
  })

  it('is the same in whatever order shards and members come, and stays as it is', () => {
    fc.assert(
      fc.property(count, members, members, (n, before, now) => {
        const previous = planShards(shardsOf(n), before)
        const table = planShards(shardsOf(n), now, previous)
        const again = planShards(shardsOf(n).reverse(), [...now].reverse(), new Map([...previous].reverse()))
        expect(Object.fromEntries(again)).toEqual(Object.fromEntries(table))
        expect(moved(table, planShards(shardsOf(n), now, table))).toBe(0)
      }),
    )
  })

  it('respects capacities as long as they suffice together', () => {
    const tight = [
      { id: 'a', weight: 1, capacity: 2 },
      { id: 'b', weight: 1 },
    ]
    expect(counts(planShards(shardsOf(10), tight))).toEqual(
      new Map([
        ['a', 2],
        ['b', 8],
      ]),
    )
    const short = tight.map((member) => ({ ...member, capacity: 2 }))
    expect(planShards(shardsOf(10), short).size).toBe(10)
  })

  it('places shards that nobody has by a hash ring, so that two leaders agree without a former plan', () => {
    const three = ['a', 'b', 'c'].map((id) => ({ id, weight: 1 }))
    const table = planShards(shardsOf(3), three)
    expect(new Set(table.values())).toEqual(new Set(['a', 'b', 'c']))
    expect(shardsOf(3).map((shard) => table.get(shardKey(shard)))).toEqual(
      shardsOf(3).map((shard) => planShards(shardsOf(3).reverse(), three).get(shardKey(shard))),
    )
  })
})
