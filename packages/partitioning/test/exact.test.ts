import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAssignor } from '../src/index.ts'

const zoneNames = ['x', 'y', 'z'] as const

const member = fc.record({
  weight: fc.integer({ min: 0, max: 7 }),
  zone: fc.constantFrom(...zoneNames),
  takes: fc.subarray(['a', 'b']),
})

const groups = fc
  .record({
    members: fc.array(member, { minLength: 1, maxLength: 4 }),
    a: fc.array(fc.subarray([...zoneNames]), { maxLength: 4 }),
    b: fc.array(fc.subarray([...zoneNames]), { maxLength: 3 }),
    owners: fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 7, maxLength: 7 }),
  })
  .filter(({ members }) => members.some(({ weight }) => weight > 0))

/** Balance as the sum of squares over weights, in whole numbers; then owners far from replicas; then moves. */
type Score = readonly [squares: number, far: number, moves: number]

/** Divisible by every weight. */
const UNIT = 420

describe('zone-aware, by weights, of members with different topics', () => {
  it('finds what an exhaustive search finds: the best balance, then zones, then the fewest moves', () => {
    const assignor = createAssignor({ kind: 'zone-aware' })
    fc.assert(
      fc.property(groups, ({ members, a, b, owners }) => {
        const zones = [...a, ...b]
        const topicAt = (partition: number): string => (partition < a.length ? 'a' : 'b')
        const live = zones.map((_, i) => (owners[i]! < members.length ? owners[i]! : -1))
        const scoreOf = (given: ArrayLike<number>): Score => {
          const counts = members.map(() => 0)
          let far = 0
          let moves = 0
          for (const [i, near] of zones.entries()) {
            const owner = given[i]!
            if (owner !== live[i]) moves++
            if (owner < 0) continue
            counts[owner]!++
            if (near.length > 0 && !near.includes(members[owner]!.zone)) far++
          }
          const load = (i: number): number => (counts[i] === 0 ? 0 : (counts[i]! ** 2 * UNIT) / members[i]!.weight)
          return [members.reduce((sum, _, i) => sum + load(i), 0), far, moves]
        }
        const takers = zones.map((_, i) => {
          const able = members.flatMap(({ weight, takes }, m) => (weight > 0 && takes.includes(topicAt(i)) ? [m] : []))
          return able.length === 0 ? [-1] : able
        })
        const best = everyChoice(takers).map(scoreOf).reduce(lesser)
        const given = members.map(({ takes, ...rest }, i) => ({ id: `m${i}`, topics: takes, ...rest }))
        const topics = [
          { topic: 'a', partitions: a.length, zones: a },
          { topic: 'b', partitions: b.length, zones: b },
        ]
        const previous = { members: given.map(({ id }) => id), owners: Int32Array.from(live) }
        const result = assignor.assign(previous, given, topics)
        expect(scoreOf(result.assignment.owners)).toEqual(best)
        expect([result.provablyMinimal, result.leastMoves]).toEqual([true, best[2]])
      }),
      { numRuns: 300 },
    )
  })
})

function everyChoice(options: readonly (readonly number[])[]): number[][] {
  return options.reduce<number[][]>(
    (chosen, able) => chosen.flatMap((choice) => able.map((one) => [...choice, one])),
    [[]],
  )
}

function lesser(one: Score, other: Score): Score {
  const at = one.findIndex((part, i) => part !== other[i])
  return at >= 0 && other[at]! < one[at]! ? other : one
}
