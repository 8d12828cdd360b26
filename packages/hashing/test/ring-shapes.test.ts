import { describe, expect, it } from 'vitest'
import { HashRing, murmur3, type HashRingOptions } from '../src/index.ts'
import { modern } from '../src/ring/placements/modern.ts'
import { names } from './vectors.ts'

/** Shapes at which the layout of the points changes: many bits for owners, wide gaps, points that stand close together. */
const shapes: [string, number, HashRingOptions, (i: number) => number][] = [
  ['one node', 1, {}, () => 1],
  ['two nodes with a point each', 2, { pointsPerWeight: 1 }, () => 1],
  ['many nodes with a point each', 3000, { pointsPerWeight: 1 }, () => 1],
  ['a node that owns nearly all points', 300, { pointsPerWeight: 8 }, (i) => (i === 7 ? 2000 : 0.2)],
  ['as many nodes as owner bits can tell', 256, { pointsPerWeight: 4 }, () => 1],
  ['one node more than that', 257, { pointsPerWeight: 4 }, () => 1],
  ['so many nodes that words of points that stand together are not in order', 2048, { pointsPerWeight: 14 }, () => 1],
  ['a large ring', 400, {}, (i) => 1 + (i % 3)],
]

describe.each(shapes)('%s', (_, count, options, weightOf) => {
  const nodes = names(count).map((id, i) => ({ id, weight: weightOf(i) }))
  const ring = new HashRing(nodes, options)

  it('has the owners that its ranges say, at every border and in between', () => {
    const wrong: unknown[] = []
    for (const { first, last, node } of ring.ranges()) {
      for (const position of [first, last, first + Math.floor((last - first) / 2)]) {
        if (ring.nodes[ring.indexOfHash(position)] !== node) wrong.push({ position, node })
      }
    }
    expect(wrong).toEqual([])
  })

  it('has the owners at any position that a search through all ranges finds', () => {
    const ranges = [...ring.ranges()]
    const positions = Array.from({ length: 500 }, (_, i) => murmur3(i))
    const found = positions.map((position) => ranges.find(({ last }) => last >= position)!.node)
    expect(positions.map((position) => ring.nodes[ring.indexOfHash(position)])).toEqual(found)
  })

  it('is the same after a node has left and come back, and another has come and left', () => {
    const leaver = nodes[Math.floor(count / 2)]!
    const back = ring.remove(leaver.id).add(leaver).add('zz').remove('zz').add('a').remove('a')
    expect(JSON.stringify([...back.ranges()])).toBe(JSON.stringify([...ring.ranges()]))
    expect(back.checksum).toBe(ring.checksum)
  })

  it('takes no more memory for a point than promised, where it has the default points', () => {
    if (options.pointsPerWeight === undefined) expect(ring.byteLength / ring.pointCount).toBeLessThan(14)
    expect(ring.byteLength).toBeLessThan(4_000_000)
  })
})

it('points that come to stand so close that their words are not in order have their places too', () => {
  const base = names(200).map((id) => ({ id, weight: 32 }))
  const crowd = crowdedIds(40).map((id) => ({ id, weight: 1 }))
  const ring = new HashRing(base, { pointsPerWeight: 1 })
  const built = new HashRing([...base, ...crowd], { pointsPerWeight: 1 })
  const wanted = JSON.stringify([...built.ranges()])
  const oneByOne = crowd.reduce((grown, node) => grown.add(node), ring)
  for (const grown of [built, ring.add(...crowd), oneByOne]) {
    expect(JSON.stringify([...grown.ranges()])).toBe(wanted)
    const wrong = [...grown.ranges()].filter(({ last, node }) => grown.nodes[grown.indexOfHash(last)] !== node)
    expect(wrong).toEqual([])
  }
})

/** Ids whose first point is in one 4096th part of the circle. */
function crowdedIds(count: number): string[] {
  const settings = { pointsPerWeight: 1, seed: 0, minimumRingSize: 1, maximumRingSize: 1 }
  const found: string[] = []
  const position = new Uint32Array(1)
  for (let i = 0; found.length < count; i++) {
    modern.placer([{ id: `crowd-${i}`, weight: 1 }], settings)(0, position, 0, 1)
    if (position[0]! >>> 20 === 2000) found.push(`crowd-${i}`)
  }
  return found
}

it('a ring that grows node by node is the ring that is built at once', () => {
  let grown = new HashRing([], { pointsPerWeight: 64 })
  for (const id of names(150)) grown = grown.add(id)
  const built = new HashRing(names(150), { pointsPerWeight: 64 })
  expect(JSON.stringify([...grown.ranges()])).toBe(JSON.stringify([...built.ranges()]))
  for (const id of names(150).slice(0, 140)) grown = grown.remove(id)
  const left = new HashRing(names(150).slice(140), { pointsPerWeight: 64 })
  expect(JSON.stringify([...grown.ranges()])).toBe(JSON.stringify([...left.ranges()]))
})

it('more nodes than 16 bits can number have their places too', () => {
  const ring = new HashRing(names(70_000), { pointsPerWeight: 1 })
  const owners = new Set(Array.from({ length: 5000 }, (_, i) => ring.get(i)))
  expect(owners.size).toBeGreaterThan(4000)
  const next = ring.remove('node-69999')
  for (let i = 0; i < 5000; i++) if (ring.get(i) !== 'node-69999') expect(next.get(i)).toBe(ring.get(i))
})
