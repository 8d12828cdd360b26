import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAssignor, type MemberInput } from '../src/index.ts'

const sticky = createAssignor({ kind: 'sticky' })

const weighted = (weights: readonly number[]): MemberInput[] => weights.map((weight, i) => ({ id: `m${i}`, weight }))

const heavyAndLight = fc.record({
  heavy: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 3 }),
  light: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 60 }),
  size: fc.nat(300),
})

/** The sum of squares of loads over weights: what no other assignment makes smaller. */
function squares(counts: readonly number[], weights: readonly number[]): number {
  return counts.reduce((sum, count, i) => sum + count ** 2 / weights[i]!, 0)
}

/** One partition after the other to whoever it costs least: slow, and plainly right. */
function oneByOne(size: number, weights: readonly number[]): number[] {
  const counts = weights.map(() => 0)
  for (let given = 0; given < size; given++) {
    const claims = counts.map((count, i) => (2 * count + 1) / weights[i]!)
    counts[claims.indexOf(Math.min(...claims))]!++
  }
  return counts
}

describe('members of different weight', () => {
  it('are balanced as well as can be, many light ones beside a heavy one too', () => {
    fc.assert(
      fc.property(heavyAndLight, ({ heavy, light, size }) => {
        const weights = [...heavy, ...light]
        const { assignment } = sticky.assign(undefined, weighted(weights), size)
        const counts = assignment.members.map((id) => assignment.counts().get(id)!)
        const ofMember = assignment.members.map((id) => weights[Number(id.slice(1))]!)
        expect(squares(counts, ofMember)).toBeCloseTo(squares(oneByOne(size, weights), weights), 6)
      }),
    )
    const { assignment } = sticky.assign(undefined, weighted([100, ...Array.from({ length: 100 }, () => 0.6)]), 160)
    expect(assignment.counts().get('m0')).toBe(83)
  })

  it('are shared out by proportions that decimals only come near to', () => {
    const before = { members: ['m0', 'm1'], owners: Int32Array.from({ length: 12 }, (_, i) => (i < 11 ? 0 : 1)) }
    for (const weights of [
      [7, 1],
      [0.7, 0.1],
    ]) {
      const { moves, assignment } = sticky.assign(before, weighted(weights), 12)
      expect(moves.length).toBe(0)
      expect(assignment.counts().get('m0')).toBe(11)
    }
  })

  it('are balanced before anything else, though weights that lie near to each other change it by little', () => {
    const topics = [{ topic: 't', partitions: 1, zones: [['x']] }]
    const members = [
      { id: 'light', weight: 5, zone: 'x' },
      { id: 'heavy', weight: 6, zone: 'y' },
    ]
    const before = { members: ['light'], owners: Int32Array.of(0) }
    for (const kind of ['zone-aware', 'sticky'] as const) {
      expect(createAssignor({ kind }).assign(before, members, topics).assignment.ownerOf('t', 0)).toBe('heavy')
    }
  })
})
