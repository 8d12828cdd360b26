import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedLoad, HashRing, Jump, Maglev, Memento, Rendezvous, SlotTable, type Assignment } from '../src/index.ts'
import { keys, names } from './vectors.ts'

const routers = {
  HashRing: new HashRing(names(10)),
  Rendezvous: new Rendezvous(names(10)),
  Jump: new Jump(names(10)),
  Maglev: new Maglev(names(10)),
  Memento: new Memento(names(10)).remove('node-3').add('node-x'),
  SlotTable: new SlotTable(names(10)),
}

describe.each(Object.entries(routers))('BoundedLoad over %s', (_, router) => {
  it('lets no node carry more than factor times its share, and reaches it only where it must', () => {
    const loads = new BoundedLoad(router)
    for (const key of keys(4000)) loads.acquire(key)
    const carried = router.nodes.map((node) => loads.loadOf(node))
    expect(carried.reduce((a, b) => a + b)).toBe(4000)
    expect(Math.max(...carried)).toBeLessThanOrEqual(500)
  })

  it('gives a key to its owner while there is room', () => {
    const loads = new BoundedLoad(router, { factor: 1000 })
    for (const key of keys(500)) expect(loads.acquire(key)?.node).toBe(router.get(key))
  })
})

describe('BoundedLoad', () => {
  it('goes to the next node in the order of preference when the owner is full', () => {
    const ring = new HashRing(names(5))
    const loads = new BoundedLoad(ring, { factor: 1.01 })
    // One each has room for 1.01 times its share of 4, rounded up; a fifth would give the owner room for two.
    const taken = Array.from({ length: 4 }, () => loads.acquire('hot')!.node)
    expect(taken).toEqual(ring.getN('hot', 4))
  })

  it('takes weights into account', () => {
    const loads = new BoundedLoad(new HashRing(['a', { id: 'b', weight: 3 }]), { factor: 1.1 })
    for (let i = 0; i < 400; i++) loads.acquire('one key')
    expect(loads.loadOf('a')).toBeLessThanOrEqual(110)
    expect(loads.loadOf('b')).toBeLessThanOrEqual(330)
  })

  it('gets back what is released, once', () => {
    const loads = new BoundedLoad(new HashRing(['a', 'b', 'c']))
    const first = loads.acquire('x')!
    {
      using second = loads.acquire('x')!
      expect(second.node).not.toBe(first.node)
      expect(loads.total).toBe(2)
    }
    first.release()
    first.release()
    expect(loads.total).toBe(0)
    expect(loads.loadOf(first.node)).toBe(0)
  })

  it('keeps the bound over any acquires, releases and changes of nodes', () => {
    const steps = fc.array(fc.oneof(fc.nat(50), fc.constant('release' as const)), { maxLength: 300 })
    fc.assert(
      fc.property(steps, (list) => {
        const loads = new BoundedLoad(new HashRing(names(4)), { factor: 1.2 })
        const held: Assignment[] = []
        for (const step of list) {
          if (step === 'release') {
            held.shift()?.release()
            continue
          }
          const before = loads.total
          const assigned = loads.acquire(step)!
          held.push(assigned)
          expect(loads.loadOf(assigned.node)).toBeLessThanOrEqual(Math.ceil((1.2 * (before + 1)) / 4))
        }
        expect(loads.total).toBe(held.length)
      }),
    )
  })

  it('goes on with another router, and keeps what is assigned', () => {
    const ring = new HashRing(names(4))
    const loads = new BoundedLoad(ring)
    const held = keys(100).map((key) => loads.acquire(key)!)
    loads.router = ring.add('new').remove('node-0')
    expect(loads.total).toBe(100)
    for (const key of keys(300)) expect(loads.acquire(key)!.node).not.toBe('node-0')
    expect(loads.loadOf('new')).toBeGreaterThan(0)
    for (const each of held) each.release()
    expect(loads.loadOf('node-0')).toBe(0)
    expect(loads.total).toBe(300)
  })

  it('without nodes assigns nothing', () => {
    const loads = new BoundedLoad(new HashRing())
    expect(loads.acquire('a')).toBeUndefined()
    expect(loads.total).toBe(0)
  })

  it.each([1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the factor %s', (factor) => {
    expect(() => new BoundedLoad(new HashRing(), { factor })).toThrow(
      expect.objectContaining({ code: 'RK_HASHING_BAD_OPTION' }),
    )
  })
})
