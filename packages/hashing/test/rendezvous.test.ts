import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rendezvous } from '../src/index.ts'
import { keys, names } from './vectors.ts'

const sample = keys(500)

describe('Rendezvous', () => {
  it('moves no key between nodes that stay as they are', () => {
    const lists = fc.uniqueArray(
      fc.record({ id: fc.string({ minLength: 1 }), weight: fc.integer({ min: 0, max: 4 }) }),
      {
        minLength: 1,
        maxLength: 10,
        selector: ({ id }: { id: string }) => id,
      },
    )
    fc.assert(
      fc.property(lists, (nodes) => {
        const before = new Rendezvous(nodes)
        const gone = nodes[0]!.id
        const after = before.remove(gone)
        const moved = sample.filter((key) => before.get(key) !== after.get(key))
        expect(moved.every((key) => before.get(key) === gone)).toBe(true)
        expect(new Rendezvous(nodes.toReversed()).checksum).toBe(before.checksum)
        expect(after.add(nodes[0]!).checksum).toBe(before.checksum)
        expect(after.version).toBe(1)
      }),
    )
  })

  it('shares keys out exactly by weight', () => {
    const router = new Rendezvous(['a', 'b', { id: 'c', weight: 2 }, { id: 'd', weight: 0.5 }])
    const total = 60_000
    const counts = new Map<string, number>()
    for (const key of keys(total)) counts.set(router.get(key)!, (counts.get(router.get(key)!) ?? 0) + 1)
    const shares = ['a', 'b', 'c', 'd'].map((id) => (counts.get(id)! / total) * 4.5)
    const expected = [1, 1, 2, 0.5]
    shares.forEach((share, i) => expect(Math.abs(share - expected[i]!)).toBeLessThan(0.04))
  })

  it('lists nodes in order of preference: each is next when those before are gone', () => {
    const router = new Rendezvous(names(12).map((id, i) => ({ id, weight: 1 + (i % 3) })))
    for (const key of sample.slice(0, 50)) {
      const all = router.getN(key, 20)
      expect(new Set(all).size).toBe(12)
      expect(all[0]).toBe(router.get(key))
      expect(router.remove(all[0]!).get(key)).toBe(all[1])
      expect(router.getN(key, 2)).toEqual(all.slice(0, 2))
    }
  })

  // Found by search: what these ids draw by is equal, so both always draw the same number.
  const [first, second] = ['n122836', 'n173194'] as const

  const ownedBy = (router: Rendezvous, id: string): number => keys(8000).filter((key) => router.get(key) === id).length

  it('gives keys to both of two nodes that always draw alike, by their weights', () => {
    const even = new Rendezvous([first, second, 'x', 'y'])
    expect(ownedBy(even, first) / ownedBy(even, second)).toBeCloseTo(1, 0)
    const heavier = new Rendezvous([first, { id: second, weight: 3 }, 'x', 'y'])
    expect(ownedBy(heavier, second) / ownedBy(heavier, first)).toBeGreaterThan(2.5)
    expect(ownedBy(heavier, second) / ownedBy(heavier, first)).toBeLessThan(3.5)
    expect(ownedBy(new Rendezvous([{ id: first, weight: 3 }, second, 'x']), second)).toBeGreaterThan(1000)
  })

  it('moves no other key when one of two such nodes leaves', () => {
    const router = new Rendezvous([first, second, 'x', 'y'])
    for (const gone of [first, second, 'x']) {
      const after = router.remove(gone)
      for (const key of keys(2000)) if (router.get(key) !== gone) expect(after.get(key)).toBe(router.get(key))
    }
    for (const key of sample) {
      const all = router.getN(key, 4)
      expect([all[0], new Set(all).size]).toEqual([router.get(key), 4])
      expect(router.remove(all[0]!).get(key)).toBe(all[1])
    }
    const orders = sample.map((key) => new Rendezvous([second, 'x', first]).get(key))
    expect(orders).toEqual(sample.map((key) => new Rendezvous([first, second, 'x']).get(key)))
  })

  it('shows no more in JSON than it does otherwise', () => {
    const json = JSON.parse(JSON.stringify(new Rendezvous(['a', { id: 'b', weight: 0 }]))) as object
    expect(Object.keys(json).toSorted()).toEqual(['checksum', 'members', 'nodes', 'version'])
  })

  it('without nodes, or with drained ones only, answers undefined', () => {
    expect(new Rendezvous().get('a')).toBeUndefined()
    expect(new Rendezvous([{ id: 'a', weight: 0 }]).get('a')).toBeUndefined()
    expect(new Rendezvous().getN('a', 2)).toEqual([])
  })

  it('places the same on every machine and in every release', () => {
    const router = new Rendezvous(['alpha', 'beta', { id: 'gamma', weight: 2.5 }], { seed: 99 })
    expect(router.checksum).toMatchInlineSnapshot(`2918312919`)
    expect(keys(8).map((key) => router.get(key))).toMatchInlineSnapshot(`
      [
        "gamma",
        "gamma",
        "beta",
        "gamma",
        "beta",
        "beta",
        "gamma",
        "gamma",
      ]
    `)
  })
})
