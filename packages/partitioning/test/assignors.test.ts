import { murmur3 } from '@ringkeeper/hashing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  assignorKinds,
  createAssignor,
  PartitionAssignment,
  type MemberInput,
  type TopicPartitions,
} from '../src/index.ts'
import { changes, code, idsOf } from './assigning.ts'

const sticky = createAssignor({ kind: 'sticky' })

describe('sticky', () => {
  it('differs by at most one partition, and moves as few as the lower bound says', () => {
    fc.assert(
      fc.property(changes, ({ before, after, partitions }) => {
        const first = sticky.assign(undefined, before, partitions).assignment
        const { assignment, moves, leastMoves, provablyMinimal, balance } = sticky.assign(first, after, partitions)
        expect(balance.most - balance.least).toBeLessThanOrEqual(1)
        expect(provablyMinimal).toBe(true)
        expect(moves.length).toBe(leastMoves)
        // The bound once more, by its definition: the best choice of who gets one more.
        const kept = after.map((id) => (before.includes(id) ? first.counts().get(id)! : 0)).sort((a, b) => b - a)
        const floor = Math.floor(partitions / after.length)
        const extra = partitions % after.length
        const most = kept.reduce((sum, count, i) => sum + Math.min(count, floor + (i < extra ? 1 : 0)), 0)
        expect(moves.length).toBe(partitions - most)
        expect([...assignment.counts().values()].reduce((sum, count) => sum + count, 0)).toBe(partitions)
      }),
    )
  })

  it('moves nothing when nothing has changed', () => {
    const first = sticky.assign(undefined, idsOf(7), 100).assignment
    const again = sticky.assign(first, idsOf(7), 100)
    expect(again.moves.length).toBe(0)
    expect(again.assignment.owners).toEqual(first.owners)
  })

  it('keeps owners when a topic grows and another one goes', () => {
    const before = [
      { topic: 'a', partitions: 3 },
      { topic: 'b', partitions: 4 },
    ]
    const first = sticky.assign(undefined, ['x', 'y'], before).assignment
    const after = [
      { topic: 'b', partitions: 8 },
      { topic: 'c', partitions: 2 },
    ]
    const next = sticky.assign(first, ['x', 'y'], after).assignment
    for (let partition = 0; partition < 4; partition++) {
      expect(next.ownerOf('b', partition)).toBe(first.ownerOf('b', partition))
    }
  })

  it('shares out by weight, and drains members of weight 0', () => {
    const members = [{ id: 'a', weight: 3 }, 'b', { id: 'c', weight: 0 }]
    const { assignment, provablyMinimal } = sticky.assign(
      sticky.assign(undefined, ['a', 'b', 'c'], 40).assignment,
      members,
      40,
    )
    expect(Object.fromEntries(assignment.counts())).toEqual({ a: 30, b: 10, c: 0 })
    expect(provablyMinimal).toBe(true)
    const byOption = sticky.assign(undefined, ['a', 'b'], 40, { weights: { a: 3 } }).assignment
    expect(byOption.counts().get('a')).toBe(30)
  })

  it('leaves the odd partition of weighted members to the one that has it', () => {
    const members = ['a', 'b', { id: 'c', weight: 2 }]
    for (const [owner, id] of ['a', 'b'].entries()) {
      const previous = { members: ['a', 'b', 'c'], owners: Int32Array.of(owner, 2) }
      const { assignment, moves } = sticky.assign(previous, members, 2)
      expect(assignment.ownerOf(0)).toBe(id)
      expect(moves.length).toBe(0)
    }
  })

  it('relieves the fullest member first when it may not move everything', () => {
    const owners = Int32Array.from({ length: 30 }, (_, i) => (i < 11 ? 0 : 1))
    const { assignment } = sticky.assign({ members: ['a', 'b'], owners }, ['a', 'b', 'c'], 30, { maxMoves: 7 })
    expect(Object.fromEntries(assignment.counts())).toEqual({ a: 11, b: 12, c: 7 })
  })

  it('limits a million moves in no more time than it takes to find them', () => {
    const before = sticky.assign(undefined, idsOf(1000), 1_000_000).assignment
    const { moves, balance, complete } = sticky.assign(before, idsOf(2000), 1_000_000, { maxMoves: 400_000 })
    expect(moves.transfers).toBe(400_000)
    expect(complete).toBe(false)
    // Each of the old ones has given 400, and each of the new ones has got as many.
    expect([balance.least, balance.most]).toEqual([400, 600])
  })

  it('moves no more than it may, the most useful first, and ends at the target', () => {
    let { assignment } = sticky.assign(undefined, ['a', 'b'], 30)
    const counts: number[] = []
    for (let step = 0; step < 20; step++) {
      const next = sticky.assign(assignment, ['a', 'b', 'c'], 30, { maxMoves: 3 })
      expect(next.moves.transfers).toBeLessThanOrEqual(3)
      assignment = next.assignment
      counts.push(assignment.counts().get('c')!)
      if (next.complete) break
    }
    expect(counts).toEqual([3, 6, 9, 10])
  })

  it('keeps going from an assignment that was stored', () => {
    const first = sticky.assign(undefined, ['a', 'b'], [{ topic: 't', partitions: 7 }]).assignment
    const stored = JSON.parse(JSON.stringify(first)) as ReturnType<PartitionAssignment['toJSON']>
    const loaded = PartitionAssignment.fromJSON(stored)
    expect(sticky.assign(loaded, ['a', 'b'], [{ topic: 't', partitions: 7 }]).moves.length).toBe(0)
  })
})

describe('assignments', () => {
  it('are those of every release and every process', () => {
    const topics = [
      { topic: 'orders', partitions: 60, zones: Array.from({ length: 60 }, (_, i) => [`z${i % 3}`]) },
      { topic: 'users', partitions: 17 },
    ]
    const members = (ids: readonly string[]): MemberInput[] =>
      ids.map((id, i) => ({ id, zone: `z${i % 3}`, weight: 1 + (i % 2), ...(i === 2 ? { topics: ['orders'] } : {}) }))
    const sums = assignorKinds.map((kind) => {
      const assignor = createAssignor({ kind })
      const first = assignor.assign(undefined, members(idsOf(7)), topics).assignment
      const { owners } = assignor.assign(first, members(idsOf(9).slice(1)), topics).assignment
      return [kind, murmur3(new Uint8Array(owners.buffer, owners.byteOffset, owners.byteLength))]
    })
    expect(Object.fromEntries(sums)).toEqual({
      'capacity-weighted': 3473885731,
      'cooperative-sticky': 3535535403,
      range: 2580735111,
      roundrobin: 1466909723,
      sticky: 3473885731,
      uniform: 3473885731,
      'zone-aware': 3346759476,
    })
  })
})

describe('members that take different topics', () => {
  const small = fc.record({
    topics: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    takes: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 }),
    owners: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 9, maxLength: 9 }),
  })

  it('are balanced as well as can be, with as few moves as an exhaustive search finds', () => {
    fc.assert(
      fc.property(small, ({ topics: sizes, takes, owners }) => {
        const topics = sizes.map((partitions, i) => ({ topic: `t${i}`, partitions }))
        const members = takes.map((mask, i) => ({
          id: `m${i}`,
          topics: topics.filter((_, topic) => (mask >> topic) & 1).map(({ topic }) => topic),
        }))
        const size = sizes.reduce((sum, count) => sum + count, 0)
        const live = owners.slice(0, size).map((owner) => (owner < members.length ? owner : -1))
        const topicOf = topics.flatMap(({ topic, partitions }) => Array.from({ length: partitions }, () => topic))
        const previous = { members: members.map(({ id }) => id), owners: Int32Array.from(live) }
        const result = sticky.assign(previous, members, topics)
        const best = exhaustive(members, topicOf, live)
        expect(costOf([...result.assignment.owners], members.length, live)).toEqual(best)
        expect(result.provablyMinimal).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it('are shared out by the proportions of weights, whatever their unit', () => {
    fc.assert(
      fc.property(small, fc.constantFrom(2 ** 33, 2 ** -40), ({ topics: sizes, takes }, unit) => {
        const topics = sizes.map((partitions, i) => ({ topic: `t${i}`, partitions }))
        const assigned = (factor: number): ReturnType<typeof sticky.assign> => {
          const members = takes.map((mask, i) => ({
            id: `m${i}`,
            weight: (i + 2) * factor,
            topics: topics.filter((_, topic) => (mask >> topic) & 1).map(({ topic }) => topic),
          }))
          return sticky.assign(undefined, members, topics)
        }
        const [given, scaled] = [assigned(1), assigned(unit)]
        expect(scaled.assignment.owners).toEqual(given.assignment.owners)
        expect([scaled.leastMoves, given.provablyMinimal]).toEqual([given.leastMoves, true])
      }),
      { numRuns: 300 },
    )
  })

  it('do not claim a proof that rounding could not give', () => {
    const topics = ['t0', 't1'].map((topic) => ({ topic, partitions: 3 }))
    const members = [
      { id: 'a', weight: 1e12 / 3, topics: ['t0', 't1'] },
      { id: 'b', weight: 1e-3, topics: ['t1'] },
      'c',
    ]
    expect(sticky.assign(undefined, members, topics)).toMatchObject({ leastMoves: undefined, provablyMinimal: false })
  })

  it('choose among assignments of one balance the one with the fewest moves', () => {
    const topics = ['t0', 't1', 't2'].map((topic, i) => ({ topic, partitions: i === 0 ? 2 : 1 }))
    const members = [
      { id: 'm0', topics: ['t0'] },
      { id: 'm1', topics: ['t2'] },
      { id: 'm2', topics: ['t0', 't1', 't2'] },
    ]
    const previous = { members: ['m0', 'm1', 'm2'], owners: Int32Array.of(0, 2, 1, 2) }
    expect(sticky.assign(previous, members, topics).moves.length).toBe(2)
  })

  it("keep Kafka's promise where they are too many for a proof: nobody could take from one who has two more", () => {
    const topics: TopicPartitions[] = Array.from({ length: 60 }, (_, i) => ({ topic: `t${i}`, partitions: 50 }))
    const members = Array.from({ length: 300 }, (_, i) => ({
      id: `m${i}`,
      topics: topics.filter((_, topic) => (topic * 7 + i) % 3 !== 0).map(({ topic }) => topic),
    }))
    const first = sticky.assign(undefined, members.slice(1), topics).assignment
    const { assignment } = sticky.assign(first, members, topics)
    const counts = assignment.counts()
    const broken = members.flatMap(({ id }) =>
      [...new Set(assignment.of(id).map(({ topic }) => topic))].flatMap((topic) =>
        members.filter((other) => other.topics.includes(topic) && counts.get(other.id)! < counts.get(id)! - 1),
      ),
    )
    expect(broken).toEqual([])
  })
})

describe('cooperative-sticky', () => {
  it('never gives a partition to one member before the other has given it up, and needs two rounds', () => {
    const assignor = createAssignor({ kind: 'cooperative-sticky' })
    fc.assert(
      fc.property(changes, ({ before, after, partitions }) => {
        const first = assignor.assign(undefined, before, partitions).assignment
        const revoked = assignor.assign(first, after, partitions)
        for (let p = 0; p < partitions; p++) {
          const then = first.ownerOf(p)
          const now = revoked.assignment.ownerOf(p)
          if (then !== undefined && after.includes(then)) expect([then, undefined]).toContain(now)
        }
        const second = assignor.assign(revoked.assignment, after, partitions)
        expect(second.complete).toBe(true)
        expect(second.moves.transfers).toBe(0)
        expect(second.balance.most - second.balance.least).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('range and roundrobin', () => {
  it("share out as Kafka's do", () => {
    const topics = [
      { topic: 't0', partitions: 3 },
      { topic: 't1', partitions: 3 },
    ]
    expect(createAssignor({ kind: 'range' }).assign(undefined, ['c0', 'c1'], topics).assignment.toLists()).toEqual({
      c0: { t0: [0, 1], t1: [0, 1] },
      c1: { t0: [2], t1: [2] },
    })
    expect(createAssignor({ kind: 'roundrobin' }).assign(undefined, ['c0', 'c1'], topics).assignment.toLists()).toEqual(
      {
        c0: { t0: [0, 2], t1: [1] },
        c1: { t0: [1], t1: [0, 2] },
      },
    )
    const members = [
      { id: 'c0', topics: ['t0'] },
      { id: 'c1', topics: ['t0', 't1'] },
    ]
    expect(createAssignor({ kind: 'roundrobin' }).assign(undefined, members, topics).assignment.toLists()).toEqual({
      c0: { t0: [0, 2] },
      c1: { t0: [1], t1: [0, 1, 2] },
    })
  })
})

it('is refused where there is no such kind', () => {
  for (const description of [{ kind: 'best' }, {}, undefined]) {
    expect(() => createAssignor(description as { kind: 'sticky' })).toThrow(code('BAD_OPTION'))
  }
})

type Cost = readonly [squares: number, moves: number]

function costOf(owners: readonly number[], members: number, live: readonly number[]): Cost {
  const counts = Array.from({ length: members }, () => 0)
  for (const owner of owners) if (owner >= 0) counts[owner]!++
  const moves = owners.filter((owner, i) => owner !== live[i] && live[i]! >= 0).length
  return [counts.reduce((sum, count) => sum + count * count, 0), moves]
}

/** The least cost of all assignments that there are. */
function exhaustive(
  members: readonly { readonly topics: readonly string[] }[],
  topicOf: readonly string[],
  live: readonly number[],
): Cost {
  let best: Cost = [Infinity, Infinity]
  const owners: number[] = []
  const visit = (): void => {
    if (owners.length === topicOf.length) {
      const cost = costOf(owners, members.length, live)
      if (cost[0] < best[0] || (cost[0] === best[0] && cost[1] < best[1])) best = cost
      return
    }
    const takers = members.flatMap(({ topics }, i) => (topics.includes(topicOf[owners.length]!) ? [i] : []))
    for (const member of takers.length === 0 ? [-1] : takers) {
      owners.push(member)
      visit()
      owners.pop()
    }
  }
  visit()
  return best
}
