import { afterEach, describe, expect, it, vi } from 'vitest'
import { HashRing, type Layout, type SharedHashRing } from '../src/index.ts'
import { names } from './vectors.ts'

const refused = expect.objectContaining({ code: 'RK_HASHING_BAD_SNAPSHOT' })
const nodes = names(6)

/** The same shared ring with other bytes. */
function withWords(shared: SharedHashRing, change: (words: Int32Array) => void): SharedHashRing {
  const buffer = shared.buffer.slice(0)
  change(new Int32Array(buffer))
  return { ...shared, buffer }
}

describe.each(['modern', 'libketama', 'envoy'] as const)('a shared ring of placement %s is refused', (placement) => {
  const shared = new HashRing(nodes, { placement }).toShared()
  const opened = (damaged: SharedHashRing) => (): HashRing => HashRing.fromShared(damaged)

  it('whatever word of it is damaged', () => {
    const words = shared.buffer.byteLength / 4
    for (const at of [0, 1, words >> 1, words - 1]) {
      for (const bit of [0, 5, 31]) {
        expect(opened(withWords(shared, (all) => (all[at]! ^= 1 << bit)))).toThrow(refused)
      }
    }
    expect(opened(withWords(shared, (all) => all.fill(0)))).toThrow(refused)
    // Damage must not make up for itself.
    expect(opened(withWords(shared, (all) => all.forEach((word, i) => (all[i] = word ^ (1 << 31)))))).toThrow(refused)
  })

  it('with the points of another ring of the same size', () => {
    const { buffer } = new HashRing(
      nodes.map((id) => `other-${id}`),
      { placement },
    ).toShared()
    expect(buffer.byteLength).toBe(shared.buffer.byteLength)
    expect(opened({ ...shared, buffer })).toThrow(refused)
  })

  it.each<Partial<Record<keyof Layout, unknown>>>([
    { count: 1 },
    { count: 1e9 },
    { slots: 0 },
    { slots: -1 },
    { slots: Number.NaN },
    { slots: '10' },
    { slots: Symbol('10') },
    { multiplier: 7 },
    { multiplier: 255.5 },
    { shift: 33 },
    { shift: undefined },
    { ownerBits: 31 },
    { ownerBits: 1 },
  ])('with the layout %j', (damage) => {
    expect(opened({ ...shared, layout: { ...shared.layout, ...damage } as Layout })).toThrow(refused)
  })

  it('but not for what its layout has besides, which is left alone', () => {
    const opened = HashRing.fromShared({ ...shared, layout: { ...shared.layout, wide: {} } as Layout })
    expect(opened.byteLength).toBe(new HashRing(nodes, { placement }).byteLength)
  })

  it('with something else in place of its memory', () => {
    const { byteLength } = shared.buffer
    for (const buffer of [undefined, null, {}, { byteLength }, new ArrayBuffer(byteLength), new SharedArrayBuffer(4)]) {
      expect(opened({ ...shared, buffer: buffer as SharedArrayBuffer })).toThrow(refused)
    }
    expect(opened({ ...shared, pointsChecksum: undefined as unknown as number })).toThrow(refused)
  })
})

describe('a shared ring', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('answers something, soon, even after its memory has been overwritten', () => {
    for (const fill of [0, -1, 0x7fff_ffff, 1 << 31, 0x5555_5555]) {
      const shared = new HashRing(nodes).toShared()
      const ring = HashRing.fromShared(shared)
      new Int32Array(shared.buffer).fill(fill)
      for (const count of [1, 3, 8, 20]) expect(ring.getN('user:42', count).length).toBeLessThanOrEqual(6)
      ring.get('user:42')
      ring.get('user:42', { exclude: [nodes[0]!] })
    }
  })

  it('is not made where there is no shared memory, and says so', () => {
    const ring = new HashRing(nodes)
    vi.stubGlobal('SharedArrayBuffer', undefined)
    expect(() => ring.toShared()).toThrow(expect.objectContaining({ code: 'RK_HASHING_NO_SHARED_MEMORY' }))
  })
})
