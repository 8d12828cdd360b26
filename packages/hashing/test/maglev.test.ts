import { describe, expect, it } from 'vitest'
import { Maglev } from '../src/index.ts'
import { keys, names } from './vectors.ts'

describe('Maglev', () => {
  it('gives nodes entries by weight, to within one', () => {
    const maglev = new Maglev(['a', 'b', { id: 'c', weight: 2 }], { size: 1009 })
    const counts = [0, 0, 0]
    for (const node of maglev.table) counts[node]!++
    expect(counts[0]! + counts[1]! + counts[2]!).toBe(1009)
    expect(Math.abs(counts[2]! - 1009 / 2)).toBeLessThan(2)
    expect(Math.abs(counts[0]! - counts[1]!)).toBeLessThan(2)
  })

  it('moves few keys between nodes that stay', () => {
    const before = new Maglev(names(20))
    const after = before.remove('node-7')
    const needless = keys(20_000).filter((key) => before.get(key) !== 'node-7' && before.get(key) !== after.get(key))
    expect(needless.length / 20_000).toBeLessThan(0.01)
    expect(after.version).toBe(1)
    expect(after.add('node-7').checksum).toBe(before.checksum)
    expect(after.with({ id: 'node-1', weight: 3 }).members).toContainEqual({ id: 'node-1', weight: 3 })
  })

  it('does not depend on the order of its nodes', () => {
    const nodes = names(15)
    expect(new Maglev(nodes.toReversed()).table).toEqual(new Maglev(nodes).table)
  })

  it('lists distinct nodes, the owner first', () => {
    const maglev = new Maglev(names(9))
    for (const key of keys(50)) {
      expect(maglev.getN(key, 20)[0]).toBe(maglev.get(key))
      expect(new Set(maglev.getN(key, 20)).size).toBe(9)
      expect(maglev.getN(key, 3)).toHaveLength(3)
    }
  })

  it('without nodes answers undefined', () => {
    expect(new Maglev().get('a')).toBeUndefined()
    expect(new Maglev().getN('a', 2)).toEqual([])
    expect(new Maglev([{ id: 'a', weight: 0 }]).get('a')).toBeUndefined()
  })

  it.each([4, 65_536, 1, 0, 2.5, 5_000_027])('refuses %s entries', (size) => {
    expect(() => new Maglev(['a'], { size })).toThrow(expect.objectContaining({ code: 'RK_HASHING_BAD_OPTION' }))
  })

  it('refuses fewer entries than nodes, and a hash that it does not know', () => {
    const refused = expect.objectContaining({ code: 'RK_HASHING_BAD_OPTION' })
    expect(() => new Maglev(names(8), { size: 7 })).toThrow(refused)
    expect(() => new Maglev(names(8), { hash: 'md5' as 'xxh64' })).toThrow(refused)
  })

  it('places the same on every machine and in every release', () => {
    const maglev = new Maglev(['alpha', 'beta', 'gamma'])
    expect(maglev.checksum).toMatchInlineSnapshot(`3759452301`)
    expect(keys(8).map((key) => maglev.get(key))).toMatchInlineSnapshot(`
      [
        "gamma",
        "gamma",
        "beta",
        "gamma",
        "alpha",
        "gamma",
        "alpha",
        "beta",
      ]
    `)
  })
})
