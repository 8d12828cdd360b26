import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignorKinds, createAssignor, PartitionAssignment, type MemberInput } from '../src/index.ts'
import { changes, code } from './assigning.ts'

/** What every assignor keeps to, whatever its kind. */
describe.each(assignorKinds)('%s', (kind) => {
  const assignor = createAssignor({ kind })
  const topics = [
    { topic: 'a', partitions: 5 },
    { topic: 'b', partitions: 3 },
  ]

  it('gives every partition one owner among the members, whatever their order', () => {
    fc.assert(
      fc.property(changes, fc.nat(), ({ before, after, partitions }, turn) => {
        const grown = [
          { topic: 'a', partitions },
          { topic: 'b', partitions: 3 },
        ]
        const first = assignor.assign(undefined, before, grown)
        const next = assignor.assign(first.assignment, after, grown)
        expect(next.assignment.members).toEqual([...after].sort())
        expect(next.assignment.owners.length).toBe(partitions + 3)
        expect(next.target.owners.every((owner) => owner >= 0 && owner < after.length)).toBe(true)
        const turned = [...after.slice(turn % after.length), ...after.slice(0, turn % after.length)]
        const again = assignor.assign(first.assignment, turned, grown.toReversed())
        expect(again.assignment.owners).toEqual(next.assignment.owners)
      }),
    )
  })

  it('says what moves', () => {
    fc.assert(
      fc.property(changes, ({ before, after, partitions }) => {
        const first = assignor.assign(undefined, before, partitions)
        const { moves, assignment } = assignor.assign(first.assignment, after, partitions)
        const owners = Array.from({ length: partitions }, (_, p) => first.assignment.ownerOf(p))
        for (const { partition, from, to } of moves) {
          expect(owners[partition]).toBe(from)
          owners[partition] = to
        }
        expect(owners).toEqual(Array.from({ length: partitions }, (_, p) => assignment.ownerOf(p)))
        expect([...moves].length).toBe(moves.length)
      }),
    )
  })

  it('ignores topics that are not there, of members and of the previous assignment', () => {
    const members: MemberInput[] = [
      { id: 'x', topics: ['a', 'b', 'gone'] },
      { id: 'y', topics: ['gone', 'b', 'a'] },
      { id: 'z', topics: ['gone'] },
    ]
    const before = assignor.assign(undefined, members, [...topics, { topic: 'gone', partitions: 4 }]).assignment
    const { target, balance, provablyMinimal, leastMoves } = assignor.assign(before, members, topics)
    expect(Object.keys(target.toLists()['x']!).sort()).toEqual(['a', 'b'])
    expect(target.counts().get('z')).toBe(0)
    expect([...target.counts().values()].reduce((sum, count) => sum + count, 0)).toBe(8)
    expect(balance.most).toBeLessThanOrEqual(5)
    if (leastMoves !== undefined) expect(provablyMinimal).toBe(true)
  })

  it('leaves topics that nobody takes without owners', () => {
    const { target } = assignor.assign(undefined, [{ id: 'x', topics: ['a'] }, 'drained'], topics, {
      weights: { drained: 0 },
    })
    expect(target.counts()).toEqual(
      new Map([
        ['drained', 0],
        ['x', 5],
      ]),
    )
    expect(target.ownerOf('b', 0)).toBeUndefined()
    expect(assignor.assign(undefined, [], topics).balance.unowned).toBe(8)
  })

  it('is proved to move least, or not, whether or not there are topics that nobody takes', () => {
    const members = (ids: readonly string[]): MemberInput[] => ids.map((id) => ({ id, topics: ['a'] }))
    const ofA = [{ topic: 'a', partitions: 100_000 }]
    const ofBoth = [...ofA, { topic: 'b', partitions: 3 }]
    const ids = Array.from({ length: 200 }, (_, i) => `m${i}`)
    const [alone, beside] = [ofA, ofBoth].map((partitions) => {
      const before = assignor.assign(undefined, members(ids.slice(1)), partitions).assignment
      return assignor.assign(before, members(ids), partitions)
    })
    expect(beside!.target.owners.subarray(0, 100_000)).toEqual(alone!.target.owners)
    expect(beside!.leastMoves).toBe(alone!.leastMoves)
    expect(beside!.provablyMinimal).toBe(alone!.provablyMinimal)
  })

  it('counts among the least moves what a topic loses that nobody takes any more', () => {
    const before = assignor.assign(undefined, ['x', 'y'], topics).assignment
    const { moves, leastMoves } = assignor.assign(before, [{ id: 'x', topics: ['a'] }], topics)
    expect([...moves].filter(({ to }) => to === undefined).length).toBe(3)
    if (leastMoves !== undefined) expect(moves.length).toBe(leastMoves)
  })

  it('goes on where topics have grown in place', () => {
    const growing = topics.map((topic) => ({ ...topic }))
    const first = assignor.assign(undefined, ['x', 'y'], growing).assignment
    const stored = JSON.stringify(first)
    growing[0]!.partitions = 8
    expect(JSON.stringify(first)).toBe(stored)
    expect(assignor.assign(first, ['x', 'y'], growing).moves.length).toBeGreaterThanOrEqual(3)
  })

  it('gives members of weight 0 nothing, and refuses a group of these alone', () => {
    const members = ['x', { id: 'y', weight: 0 }, 'z']
    expect(assignor.assign(undefined, members, topics).target.counts().get('y')).toBe(0)
    expect(() => assignor.assign(undefined, ['x', 'y'], topics, { weights: { x: 0, y: 0 } })).toThrow(
      code('BAD_OPTION'),
    )
  })

  it('takes weights of any size that can be added up', () => {
    for (const [heavy, light] of [
      [1e100, 5e99],
      [2e-100, 1e-100],
      [2e10, 1e10],
    ]) {
      const members = [
        { id: 'x', weight: heavy! },
        { id: 'y', weight: light! },
      ]
      const { balance, target } = assignor.assign(undefined, members, 9)
      expect(Number.isFinite(balance.maxOverMean)).toBe(true)
      if (kind !== 'range' && kind !== 'roundrobin') expect(target.counts().get('x')).toBe(6)
    }
    for (const weight of [1e308, 1e-300, Infinity, Number.NaN, -1, '2' as never]) {
      expect(() => assignor.assign(undefined, [{ id: 'x', weight }], 1)).toThrow(code('BAD_OPTION'))
    }
  })

  it('keeps members and topics apart that are called like what objects have', () => {
    const names = ['__proto__', 'constructor', 'toString']
    const lists = assignor
      .assign(undefined, names, [
        { topic: '__proto__', partitions: 3 },
        { topic: 'valueOf', partitions: 3 },
      ])
      .target.toLists()
    expect(Object.keys(lists).sort()).toEqual(names)
    const owned = Object.values(lists).flatMap((byTopic) => Object.entries(byTopic))
    expect(owned.reduce((sum, [, partitions]) => sum + partitions.length, 0)).toBe(6)
    expect(new Set(owned.map(([topic]) => topic))).toEqual(new Set(['__proto__', 'valueOf']))
  })

  it('goes on where partitions have come or gone, of an assignment of its own or of plain columns', () => {
    const first = assignor.assign(undefined, ['x', 'y'], 6).assignment
    const plain = { members: first.members, owners: first.owners }
    for (const partitions of [4, 9]) {
      const expected = assignor.assign(first, ['x', 'y'], partitions).assignment
      expect(assignor.assign(plain, ['x', 'y'], partitions).assignment.owners).toEqual(expected.owners)
      if (kind === 'sticky') expect(expected.ownerOf(0)).toBe(first.ownerOf(0))
    }
    expect(() => assignor.assign(plain, ['x', 'y'], topics)).toThrow(code('BAD_PREVIOUS'))
  })

  it('refuses members twice, members that are none, weights of somebody else, and a previous assignment that is none', () => {
    expect(() => assignor.assign(undefined, ['a', 'a'], 1)).toThrow(code('DUPLICATE_MEMBER'))
    expect(() => assignor.assign(undefined, [''], 1)).toThrow(code('BAD_MEMBER'))
    expect(() => assignor.assign(undefined, [null as never], 1)).toThrow(code('BAD_MEMBER'))
    expect(() => assignor.assign(undefined, ['a'], 1, { weights: { b: 1 } })).toThrow(code('UNKNOWN_MEMBER'))
    expect(() => assignor.assign(undefined, ['a'], 1, { zones: { b: 'z' } })).toThrow(code('UNKNOWN_MEMBER'))
    const nonsense: [members: unknown, partitions: unknown][] = [
      [['a'], -1],
      [['a'], undefined],
      [['a'], [{ partitions: 1 }]],
      [['a'], [topics[0], topics[0]]],
      ['a', 1],
      [[{ id: 'a', topics: 'a' }], 1],
    ]
    for (const [members, partitions] of nonsense) {
      expect(() => assignor.assign(undefined, members as never, partitions as never)).toThrow(code('BAD_OPTION'))
    }
    for (const previous of [null, {}, { members: ['a'], owners: [0] }, { members: ['a'], owners: Int32Array.of(1) }]) {
      expect(() => assignor.assign(previous as never, ['a'], 1)).toThrow(code('BAD_PREVIOUS'))
    }
  })

  it('moves some at a time, or says that it cannot', () => {
    const before = assignor.assign(undefined, ['x', 'y'], 12).assignment
    const limited = (): number => assignor.assign(before, ['x', 'y', 'z'], 12, { maxMoves: 1 }).moves.transfers
    if (kind === 'range' || kind === 'roundrobin') expect(limited).toThrow(code('BAD_OPTION'))
    else expect(limited()).toBeLessThanOrEqual(1)
  })
})

describe('an assignment from lists', () => {
  it('ignores partitions that are not there, and refuses those that cannot be or have two owners', () => {
    const topics = [{ topic: 't', partitions: 2 }]
    const owned = [
      { topic: 't', partition: 1 },
      { topic: 't', partition: 2 },
      { topic: 'gone', partition: 0 },
    ]
    expect(PartitionAssignment.fromLists(topics, { a: owned }).toLists()).toEqual({ a: { t: [1] } })
    for (const partition of [-1, 0.5, Number.NaN]) {
      expect(() => PartitionAssignment.fromLists(topics, { a: [{ topic: 't', partition }] })).toThrow(
        code('BAD_PREVIOUS'),
      )
    }
    expect(() => PartitionAssignment.fromLists(2, { a: [0], b: [0] })).toThrow(code('BAD_PREVIOUS'))
    for (const list of [undefined, { orders: [0] }, [null]]) {
      expect(() => PartitionAssignment.fromLists(2, { a: list as never })).toThrow(code('BAD_PREVIOUS'))
    }
  })

  it('is refused in stored form where its owners or members cannot be', () => {
    const stored = { version: 1, members: ['a'], topics: [{ topic: '', partitions: 1 }], owners: [0] } as const
    for (const owner of [0.5, Number.NaN, 2 ** 32, -2]) {
      expect(() => PartitionAssignment.fromJSON({ ...stored, owners: [owner] })).toThrow(code('BAD_PREVIOUS'))
    }
    for (const bad of [{ members: ['a', 'a'] }, { members: 'a' }, { topics: undefined }, { owners: undefined }]) {
      expect(() => PartitionAssignment.fromJSON({ ...stored, ...bad } as never)).toThrow(code('BAD_PREVIOUS'))
    }
    expect(() => PartitionAssignment.fromJSON({ ...stored, version: 2 } as never)).toThrow(code('BAD_VERSION'))
    expect(() => PartitionAssignment.fromJSON(stored).of('b')).toThrow(code('UNKNOWN_MEMBER'))
  })
})
