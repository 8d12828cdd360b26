import { describe, expect, it } from 'vitest'
import { HashRing, Maglev, placementNames, type PlacementName } from '../src/index.ts'
import { mismatches, nodesOf, readVectors, type PlacementVector } from './vectors.ts'

interface Envoy {
  readonly ring: readonly (PlacementVector & { readonly points: number })[]
  readonly maglev: readonly (PlacementVector & { readonly size: number; readonly head: readonly number[] })[]
}

const envoy = readVectors<Envoy>('envoy.json')
const rings: [PlacementName, PlacementVector & { readonly points?: number }][] = [
  ...readVectors<PlacementVector[]>('libketama.json').map((vector) => ['libketama', vector] as const),
  ...readVectors<(PlacementVector & { placement: PlacementName })[]>('libmemcached.json').map(
    (vector) => [vector.placement, vector] as const,
  ),
  ...readVectors<PlacementVector[]>('spymemcached.json').map((vector) => ['spymemcached', vector] as const),
  ...envoy.ring.map((vector) => ['envoy', vector] as const),
].map(([placement, vector]) => [placement, vector])

describe('a ring places every key as', () => {
  it.each(rings.map(([placement, vector]) => [placement, vector.nodes.length, vector] as const))(
    '%s does with %i nodes',
    (placement, _, vector) => {
      const ring = new HashRing(nodesOf(vector), { placement })
      expect(mismatches(vector, (key) => ring.get(key))).toEqual([])
      if ('points' in vector) expect(ring.pointCount).toBe(vector.points)
    },
  )
})

describe('a Maglev table is as', () => {
  it.each(envoy.maglev.map((vector) => [vector.nodes.length, vector.size, vector] as const))(
    "Envoy's with %i hosts and %i entries",
    (_, size, vector) => {
      const maglev = new Maglev(nodesOf(vector), { size, hash: 'xxh64' })
      const entries = Array.from(maglev.table.slice(0, 200), (node) => vector.nodes.indexOf(maglev.nodes[node]!))
      expect(entries).toEqual(vector.head)
      expect(mismatches(vector, (key) => maglev.get(key))).toEqual([])
    },
  )

  it.each([
    [7, ['127.0.0.1:90', '127.0.0.1:91', '127.0.0.1:92', '127.0.0.1:93', '127.0.0.1:94', '127.0.0.1:95'], '2401503'],
    [7, ['90', '91', '92', '93', '94', '95'], '2503410'],
  ])("written out in Envoy's tests, with %i entries of %j", (size, nodes, table) => {
    expect(new Maglev(nodes, { size }).table.join('')).toBe(table)
  })

  it("written out in Envoy's tests, with weights 1 and 2", () => {
    const nodes = ['127.0.0.1:90', { id: '127.0.0.1:91', weight: 2 }]
    expect(new Maglev(nodes, { size: 17 }).table.join('')).toBe('10010110111110101')
  })
})

describe('libketama', () => {
  const nodes = [
    { id: '127.0.0.1:11211', weight: 600 },
    { id: '127.0.0.1:11212', weight: 400 },
  ]

  it('has the known position of "test", and its node', () => {
    const ring = new HashRing(nodes, { placement: 'libketama' })
    expect(ring.hashOf('test')).toBe(3446378249)
    expect(ring.get('test')).toBe('127.0.0.1:11211')
    const range = [...ring.ranges()].find(({ first, last }) => first <= 3446378249 && 3446378249 <= last)
    expect(range?.node).toBe('127.0.0.1:11211')
  })

  it('has its points where libketama has them', () => {
    const [vector] = readVectors<(PlacementVector & { at: readonly number[] })[]>('libketama.json')
    const ring = new HashRing(nodesOf(vector!), { placement: 'libketama' })
    const owners = vector!.at.map((point) => ring.nodes[ring.indexOfHash(point)])
    expect(owners).toEqual(vector!.at.map((_, i) => vector!.nodes[vector!.owners[i]!]))
    // One position further begins the next point's range.
    expect(vector!.at.every((point) => ring.indexOfHash(point + 1) === indexAfter(ring, point))).toBe(true)
  })
})

function indexAfter(ring: HashRing, point: number): number {
  const range = [...ring.ranges()].find(({ last }) => last > point)
  return ring.nodes.indexOf(range!.node)
}

describe('compatible placements refuse what their programs do not know', () => {
  const refused = expect.objectContaining({ code: 'RK_HASHING_BAD_OPTION' })

  it('fractions as weights', () => {
    expect(() => new HashRing([{ id: 'a:1', weight: 1.5 }], { placement: 'libketama' })).toThrow(refused)
  })

  it('weights in libmemcached-unweighted', () => {
    expect(() => new HashRing([{ id: 'a:1', weight: 2 }], { placement: 'libmemcached-unweighted' })).toThrow(refused)
  })

  it('a seed or a number of points of their own', () => {
    expect(() => new HashRing(['a:1'], { placement: 'envoy', seed: 1 })).toThrow(refused)
    expect(() => new HashRing(['a:1'], { placement: 'libketama', pointsPerWeight: 40 })).toThrow(refused)
  })

  it('a maximum below the minimum in envoy, also below its default', () => {
    const placement = 'envoy'
    expect(() => new HashRing(['a:1'], { placement, minimumRingSize: 12, maximumRingSize: 6 })).toThrow(refused)
    expect(() => new HashRing(['a:1'], { placement, maximumRingSize: 1023 })).toThrow(refused)
  })

  it('positions in envoy, which have 64 bits', () => {
    const ring = new HashRing(['a:1'], { placement: 'envoy' })
    const wide = expect.objectContaining({ code: 'RK_HASHING_WIDE_POSITIONS' })
    expect(() => ring.hashOf('a')).toThrow(wide)
    expect(() => ring.hashOfRange(new Uint8Array(1), 0, 1)).toThrow(wide)
    expect(() => ring.indexOfHash(5)).toThrow(wide)
    expect(() => ring.shares()).toThrow(wide)
    expect(() => [...ring.ranges()]).toThrow(wide)
    expect(() => ring.diff(ring)).toThrow(wide)
  })
})

it.each<PlacementName>(['libketama', 'libmemcached', 'spymemcached', 'envoy'])(
  '%s leaves a drained node out as if it were not there',
  (placement) => {
    const without = new HashRing(['a:1', 'b:2'], { placement })
    const drained = new HashRing(['a:1', { id: 'c:3', weight: 0 }, 'b:2'], { placement })
    expect(drained.nodes).toEqual(['a:1', 'b:2'])
    expect(drained.checksum).toBe(without.checksum)
    expect(drained.members).toHaveLength(3)
  },
)

it("envoy's ring size is an option", () => {
  const ring = new HashRing(['90', '91', '92', '93', '94', '95'], { placement: 'envoy', minimumRingSize: 12 })
  expect(ring.pointCount).toBe(12)
  // The light node's share of 12 points rounds up to 2, which would make a ring of 22.
  const uneven = [{ id: 'a', weight: 10 }, 'b']
  const sizes = { placement: 'envoy', minimumRingSize: 12 } as const
  expect(new HashRing(uneven, sizes).pointCount).toBe(22)
  expect(new HashRing(uneven, { ...sizes, maximumRingSize: 12 }).pointCount).toBe(12)
})

it.each(placementNames)('%s can be chosen by its name', (placement) => {
  expect(new HashRing(['10.0.0.1:11211'], { placement }).toJSON().placement).toBe(placement)
})
