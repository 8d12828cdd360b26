import { describe, expect, it } from 'vitest'
import { HashRing, murmur3, type HashRingOptions } from '../src/index.ts'
import { names } from './vectors.ts'

/** Shapes at which the layout of the points changes: many bits for owners, wide gaps, points that stand close together. */
const shapes: [string, number, HashRingOptions, (i: number) => number][] = [
  ['one node', 1, {}, () => 1],
  ['two nodes with a point each', 2, { pointsPerWeight: 1 }, () => 1],
  ['many nodes with a point each', 3000, { pointsPerWeight: 1 }, () => 1],
  ['a node that owns nearly all points', 300, { pointsPerWeight: 8 }, (i) => (i === 7 ? 2000 : 0.2)],
  ['as many nodes as owner bits can tell', 256, { pointsPerWeight: 4 }, () => 1],
  ['one node more than that', 257, { pointsPerWeight: 4 }, () => 1],
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
