import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Memento, type MementoState } from '../src/index.ts'
import { keys, names } from './vectors.ts'

const sample = keys(400)
const owners = (router: Memento): (string | undefined)[] => sample.map((key) => router.get(key))

describe('Memento', () => {
  it('moves only the keys of the node that leaves, and restores all when it comes back', () => {
    const removals = fc.shuffledSubarray(names(12), { minLength: 1, maxLength: 11 })
    fc.assert(
      fc.property(removals, (leaving) => {
        const rings = [new Memento(names(12))]
        for (const node of leaving) {
          const before = rings.at(-1)!
          const after = before.remove(node)
          const moved = sample.filter((key) => before.get(key) !== after.get(key))
          expect(moved.every((key) => before.get(key) === node)).toBe(true)
          expect(owners(after)).not.toContain(node)
          rings.push(after)
        }
        let back = rings.pop()!
        for (const node of leaving.toReversed()) {
          back = back.add(node)
          const before = rings.pop()!
          expect(owners(back)).toEqual(owners(before))
          expect(back.checksum).toBe(before.checksum)
        }
      }),
    )
  })

  it('moves keys to a new node only', () => {
    const before = new Memento(names(9))
    const after = before.add('new')
    for (const key of sample) expect([before.get(key), 'new']).toContain(after.get(key))
  })

  it('shares keys out evenly, also after nodes have left', () => {
    let router = new Memento(names(20))
    for (const i of [3, 17, 0, 8, 9, 10, 19]) router = router.remove(`node-${i}`)
    const counts = new Map<string, number>()
    for (const key of keys(65_000)) counts.set(router.get(key)!, (counts.get(router.get(key)!) ?? 0) + 1)
    expect(counts.size).toBe(13)
    for (const count of counts.values()) expect(Math.abs(count / 5000 - 1)).toBeLessThan(0.06)
  })

  it('depends on the order of removals, and tells such states apart', () => {
    const router = new Memento(names(6))
    const one = router.remove('node-1').remove('node-3')
    const other = router.remove('node-3').remove('node-1')
    expect(one.nodes).toEqual(other.nodes)
    expect(one.checksum).not.toBe(other.checksum)
  })

  it('comes back from its state, which is small', () => {
    const router = new Memento(names(6)).remove('node-1').remove('node-3').add('x')
    const copy = Memento.fromJSON(JSON.parse(JSON.stringify(router)))
    expect(owners(copy)).toEqual(owners(router))
    expect([copy.version, copy.checksum]).toEqual([3, router.checksum])
    expect(router.toJSON().removedInOrder).toEqual([1])
    expect(owners(copy.add('y'))).toEqual(owners(router.add('y')))
  })

  it.each([
    { removedInOrder: [] },
    { removedInOrder: [2] },
    { removedInOrder: [1, 1] },
    { buckets: 5 },
    { format: 2 },
    { version: 0.1 },
    { version: -1 },
    { checksum: 1 },
    { checksum: undefined },
    { buckets: ['node-3', null, 'node-2', 'node-0'] },
    { buckets: ['node-0', null, 'node-0', 'node-3'] },
    { buckets: ['node-0', null, '', 'node-3'] },
    { buckets: ['node-0', null, { id: 'node-2' }, 'node-3'] },
  ])('refuses a state that does not fit: %j', (damage) => {
    const state = new Memento(names(4)).remove('node-1').toJSON()
    expect(() => Memento.fromJSON({ ...state, ...damage } as typeof state)).toThrow(
      expect.objectContaining({ code: 'RK_HASHING_BAD_SNAPSHOT' }),
    )
  })

  it('takes any iterable of names', () => {
    expect(new Memento(['a', 'b'].values()).nodes).toEqual(['a', 'b'])
    expect(new Memento(new Set(['x', 'y'])).nodes).toEqual(['x', 'y'])
  })

  it('refuses nothing as a state', () => {
    expect(() => Memento.fromJSON(null as unknown as MementoState)).toThrow(
      expect.objectContaining({ code: 'RK_HASHING_BAD_SNAPSHOT' }),
    )
  })

  it('stays as it is whatever becomes of the state that it came from or gave', () => {
    const state = JSON.parse(JSON.stringify(new Memento(names(4)))) as { buckets: string[] } & MementoState
    const router = Memento.fromJSON(state)
    const before = owners(router)
    state.buckets.fill('other')
    ;(router.toJSON().buckets as string[]).fill('other')
    expect(owners(router)).toEqual(before)
  })

  it('lists nodes in order of preference: each is next when those before are gone', () => {
    for (const router of [new Memento(names(7)), new Memento(names(7)).remove('node-2').remove('node-6')]) {
      for (const key of sample.slice(0, 60)) {
        const all = router.getN(key, 10)
        const next: (string | undefined)[] = []
        for (let rest = router; rest.nodes.length > 0; rest = rest.remove(next.at(-1)!)) next.push(rest.get(key))
        expect(all).toEqual(next)
        expect(router.getN(key, 3)).toEqual(all.slice(0, 3))
      }
    }
  })

  it('can lose every node, and refuses those that are there or not', () => {
    const empty = new Memento(['a', 'b']).remove('a').remove('b')
    expect(empty.get('x')).toBeUndefined()
    expect(empty.add('c').get('x')).toBe('c')
    expect(() => new Memento(['a']).add('a')).toThrow(expect.objectContaining({ code: 'RK_HASHING_DUPLICATE_NODE' }))
    expect(() => new Memento(['a']).remove('b')).toThrow(expect.objectContaining({ code: 'RK_HASHING_UNKNOWN_NODE' }))
  })

  it('places the same on every machine and in every release', () => {
    const router = new Memento(['alpha', 'beta', 'gamma', 'delta']).remove('beta')
    expect(router.checksum).toMatchInlineSnapshot(`3166968461`)
    expect(keys(8).map((key) => router.get(key))).toMatchInlineSnapshot(`
      [
        "delta",
        "gamma",
        "delta",
        "delta",
        "delta",
        "alpha",
        "delta",
        "alpha",
      ]
    `)
  })
})
