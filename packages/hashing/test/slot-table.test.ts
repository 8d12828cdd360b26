import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SlotTable } from '../src/index.ts'
import { keys, names } from './vectors.ts'

const code = (name: string): unknown => expect.objectContaining({ code: `RK_HASHING_${name}` })
const weighted = fc.uniqueArray(
  fc.record({ id: fc.constantFrom(...names(9)), weight: fc.integer({ min: 0, max: 4 }) }),
  { maxLength: 8, selector: ({ id }: { id: string }) => id },
)

describe('SlotTable', () => {
  it('shares slots out by weight, to within one', () => {
    const table = new SlotTable(['a', 'b', { id: 'c', weight: 2 }, { id: 'd', weight: 0 }], { slots: 1024 })
    expect([...table.counts()]).toEqual([
      ['a', 256],
      ['b', 256],
      ['c', 512],
      ['d', 0],
    ])
    expect([...new SlotTable(names(7), { slots: 64 }).counts().values()].every((n) => n === 9 || n === 10)).toBe(true)
  })

  it('routes a key by its slot, and its bytes alike', () => {
    const table = new SlotTable(names(5))
    for (const key of keys(300)) {
      const bytes = Buffer.from(`__${key}`)
      expect(table.get(key)).toBe(table.ownerOf(table.slotOf(key)))
      expect(table.slotOfRange(bytes, 2, bytes.length)).toBe(table.slotOf(key))
      expect(table.getN(key, 9)).toHaveLength(5)
      expect(table.getN(key, 2)[0]).toBe(table.get(key))
    }
  })

  it('moves no more slots than it must', () => {
    const table = new SlotTable(names(4), { slots: 1024 })
    const plan = table.plan([...names(4), 'new'])
    // 1024 / 5 = 204.8: the new node needs 204 or 205, and nothing else moves.
    expect(plan.moves.length).toBeLessThanOrEqual(205)
    expect(plan.moves.every(({ to }) => to === 'new')).toBe(true)
    expect(plan.remaining).toBe(0)
    expect(table.plan(names(4)).moves).toEqual([])
    const leaving = table.plan(names(3)).moves
    expect(leaving).toHaveLength(256)
    expect(leaving.every(({ from }) => from === 'node-3')).toBe(true)
  })

  it('after any plans has quotas to within one, whatever steps were taken', () => {
    fc.assert(
      fc.property(
        weighted,
        fc.array(weighted, { maxLength: 4 }),
        fc.integer({ min: 3, max: 64 }),
        (first, rest, step) => {
          let table = new SlotTable(first, { slots: 64 })
          for (const nodes of rest) {
            for (let steps = 0; steps < 64; steps++) {
              const plan = table.plan(nodes, { maxMoves: step })
              expect(plan.moves.length).toBeLessThanOrEqual(step)
              table = table.apply(plan)
              if (plan.remaining === 0) break
            }
            const total = nodes.reduce((sum, { weight }) => sum + weight, 0)
            if (total === 0) continue
            for (const { id, weight } of nodes) {
              expect(Math.abs(table.counts().get(id)! - (64 * weight) / total)).toBeLessThan(1)
            }
            expect(table.nodes).toEqual(nodes.map(({ id }) => id).toSorted())
          }
        },
      ),
    )
  })

  it('keeps a node that leaves for as long as it owns a slot, and empties it first', () => {
    const table = new SlotTable(['a', 'b'], { slots: 64 })
    const plan = table.plan(
      [
        { id: 'b', weight: 1 },
        { id: 'c', weight: 3 },
      ],
      { maxMoves: 20 },
    )
    const halfway = table.apply(plan)
    expect(plan.moves.every(({ from }) => from === 'a')).toBe(true)
    expect(halfway.members.find(({ id }) => id === 'a')).toEqual({ id: 'a', weight: 0 })
    const rest = halfway.plan([
      { id: 'b', weight: 1 },
      { id: 'c', weight: 3 },
    ])
    const done = halfway.apply(rest)
    expect(done.nodes).toEqual(['b', 'c'])
    expect(done.version).toBe(2)
    expect([...done.counts().values()]).toEqual([16, 48])
  })

  it('refuses a plan for another state', () => {
    const table = new SlotTable(['a', 'b'], { slots: 64 })
    const plan = table.plan(['a', 'b', 'c'])
    const next = table.apply(plan)
    expect(() => next.apply(plan)).toThrow(code('STALE_PLAN'))
  })

  it('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(weighted, weighted, (first, second) => {
        const start = new SlotTable(first, { slots: 64 })
        const table = start.apply(start.plan(second, { maxMoves: 10 }))
        const copy = SlotTable.fromJSON(JSON.parse(JSON.stringify(table)))
        expect(copy.toJSON()).toEqual(table.toJSON())
        expect(keys(50).map((key) => copy.get(key))).toEqual(keys(50).map((key) => table.get(key)))
      }),
    )
  })

  it('refuses a damaged table', () => {
    const json = new SlotTable(names(3), { slots: 16 }).toJSON()
    const owners = ['9'.repeat(16), 'x'.repeat(16), '', json.owners.slice(1)]
    const damages = [
      { format: 2 },
      { nodes: null },
      { owners: 5 },
      { checksum: 1 },
      { version: -1 },
      { nodes: json.nodes.map(({ id }) => ({ id, weight: 2 })) },
      { nodes: json.nodes.map(({ id }) => ({ id, weight: 1, zone: 'x' })) },
      { nodes: json.nodes.map(() => ({ id: 'twice', weight: 1 })) },
      { nodes: json.nodes.map(({ id }) => ({ id, weight: -1 })) },
      ...owners.map((text) => ({ owners: text })),
    ]
    for (const damage of damages) {
      expect(() => SlotTable.fromJSON({ ...json, ...damage } as typeof json)).toThrow(code('BAD_SNAPSHOT'))
    }
  })

  it.each([0, 1, 3, 1000, 2 ** 25])('refuses %s slots', (slots) => {
    expect(() => new SlotTable(['a'], { slots })).toThrow(code('BAD_OPTION'))
  })

  it('without nodes answers undefined', () => {
    expect(new SlotTable().get('a')).toBeUndefined()
    expect(new SlotTable().getN('a', 2)).toEqual([])
    const table = new SlotTable([], { slots: 16 })
    expect(table.apply(table.plan(['a'])).get('x')).toBe('a')
  })

  it('with drained nodes only answers undefined, until there is one that can own slots', () => {
    const drained = new SlotTable([{ id: 'a', weight: 0 }], { slots: 16 })
    for (const table of [drained, SlotTable.fromJSON(drained.toJSON()), drained.apply(drained.plan(drained.members))]) {
      expect(table.get('x')).toBeUndefined()
      expect(table.getN('x', 2)).toEqual([])
      expect([...table.counts()]).toEqual([['a', 0]])
      expect(table.apply(table.plan(['b', ...table.members])).get('x')).toBe('b')
    }
    const partly = drained.apply(drained.plan(['a'], { maxMoves: 10 }))
    expect(partly.counts().get('a')).toBe(10)
    expect(
      partly
        .apply(partly.plan(['a']))
        .counts()
        .get('a'),
    ).toBe(16)
  })
})
