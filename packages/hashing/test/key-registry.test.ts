import { describe, expect, it } from 'vitest'
import { HashRing, KeyRegistry, Rendezvous } from '../src/index.ts'
import { keys, names } from './vectors.ts'

describe('KeyRegistry', () => {
  const ring = new HashRing(names(5))
  const registered = keys(200)

  const filled = (): KeyRegistry => {
    const registry = new KeyRegistry(ring)
    for (const key of registered) registry.register(key)
    return registry
  }

  it('says which node serves a key, until it is deregistered', () => {
    const registry = new KeyRegistry(ring)
    expect(registry.register('a')).toBe(ring.get('a'))
    expect(registry.nodeOf('a')).toBe(ring.get('a'))
    expect(registry.keysOf(ring.get('a')!)).toEqual(['a'])
    expect(registry.deregister('a')).toBe(true)
    expect(registry.deregister('a')).toBe(false)
    expect(registry.nodeOf('a')).toBeUndefined()
    expect(registry.size).toBe(0)
  })

  it('fails the keys of a dead node over to the next ones, and no others', () => {
    const registry = filled()
    const served = registry.keysOf('node-2')
    const moves = registry.fail('node-2')
    expect(moves.map(({ key }) => key).toSorted()).toEqual(served.toSorted())
    for (const { key, from, to } of moves) expect([from, to]).toEqual(ring.getN(key, 2))
    expect(registry.keysOf('node-2')).toEqual([])
    expect(registry.register('new one')).not.toBe('node-2')
  })

  it('brings them back when the node recovers', () => {
    const registry = filled()
    const served = registry.keysOf('node-2')
    registry.fail('node-2')
    expect(
      registry
        .recover('node-2')
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(served.toSorted())
    expect(registry.keysOf('node-2').toSorted()).toEqual(served.toSorted())
    expect(registry.recover('node-2')).toEqual([])
  })

  it('knows when every node is down', () => {
    const registry = new KeyRegistry(new Rendezvous(['a', 'b']))
    registry.register('x')
    registry.fail('a')
    registry.fail('b')
    expect(registry.nodeOf('x')).toBeUndefined()
    expect(registry.register('y')).toBeUndefined()
    expect(registry.recover('b').map(({ to }) => to)).toEqual(['b', 'b'])
  })

  it('follows the next snapshot of a ring', () => {
    const registry = filled()
    registry.fail('node-2')
    const next = ring.remove('node-2').add('node-9')
    for (const { key, to } of registry.reroute(next)) expect(to).toBe(next.get(key))
    expect(registry.failed.size).toBe(0)
    expect(registered.map((key) => registry.nodeOf(key))).toEqual(registered.map((key) => next.get(key)))
  })

  it('refuses to fail a node that the router does not know', () => {
    expect(() => filled().fail('nobody')).toThrow(expect.objectContaining({ code: 'RK_HASHING_UNKNOWN_NODE' }))
  })
})
