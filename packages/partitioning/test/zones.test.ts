import { describe, expect, it } from 'vitest'
import { transport } from '../src/assign/transport.ts'
import { createAssignor, type MemberInput } from '../src/index.ts'
import { code } from './assigning.ts'

describe('zone-aware', () => {
  const assignor = createAssignor({ kind: 'zone-aware' })
  const zones = ['x', 'y', 'z']
  const zoneAt = (partition: number): number => Math.floor(partition / 4) % 3

  it.each([12, 30_000])('finds owners near the replicas of %i partitions without losing balance', (partitions) => {
    const topics = [
      { topic: 't', partitions, zones: Array.from({ length: partitions }, (_, p) => [zones[zoneAt(p)]!]) },
    ]
    const members: MemberInput[] = Array.from({ length: 6 }, (_, i) => ({ id: `m${i}`, zone: zones[i % 3]! }))
    const { assignment, balance } = assignor.assign(undefined, members, topics)
    expect(balance.most - balance.least).toBeLessThanOrEqual(1)
    for (const [index, owner] of assignment.owners.entries()) expect(owner % 3).toBe(zoneAt(index))
    const next = assignor.assign(assignment, members.slice(1), topics)
    expect(next.balance.unowned).toBe(0)
  })

  it('minds no zones of partitions that a topic no longer has, and refuses what are no zones', () => {
    const members = [
      { id: 'm', zone: 'x' },
      { id: 'n', zone: 'y' },
    ]
    const topics = [
      { topic: 'a', partitions: 1, zones: [['x'], ['x'], ['x']] },
      { topic: 'b', partitions: 1, zones: [] },
    ]
    const { assignment } = assignor.assign(undefined, members, topics)
    expect(assignment.toLists()).toEqual({ m: { a: [0] }, n: { b: [0] } })
    const previous = { members: ['n', 'm'], owners: Int32Array.of(0, 1) }
    expect(assignor.assign(previous, members, topics).moves.length).toBe(2)
    for (const zones of ['x', ['x'], [null]]) {
      const wrong = [{ topic: 'a', partitions: 1, zones: zones as never }]
      expect(() => assignor.assign(undefined, members, wrong)).toThrow(code('BAD_OPTION'))
    }
  })

  it('puts balance before zones', () => {
    const topics = [{ topic: 't', partitions: 4, zones: [['x'], ['x'], ['x'], ['x']] }]
    const given = assignor.assign(undefined, ['a', 'b'], topics, { zones: { a: 'x', b: 'y' } }).assignment
    expect(Object.fromEntries(given.counts())).toEqual({ a: 2, b: 2 })
  })
})

describe('transport', () => {
  it('sends on what was sent already where that makes all of it cheaper', () => {
    const batches = [
      { count: 5, costs: [0, 1, 9] },
      { count: 5, costs: [0, 9, 9] },
      { count: 5, costs: [9, 0, 1] },
    ]
    expect(transport(batches, [5, 5, 5])).toEqual([
      [0, 5, 0],
      [5, 0, 0],
      [0, 0, 5],
    ])
  })
})
