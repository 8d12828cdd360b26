import type { Key } from '@ringkeeper/core'
import { hashingErrors } from '../../errors.ts'
import { xxh64Halves } from '../../hash/xxh64.ts'
import type { Node } from '../../nodes.ts'
import type { Placement } from '../placement.ts'
import { layOut } from '../build.ts'
import { successor, type Points } from '../points.ts'

/**
 * Envoy's ring hash policy with xxHash: positions of 64 bits, a ring of `minimumRingSize` points or more, shared out by
 * running sums over the hosts in their given order.
 */
export const envoy: Placement = {
  name: 'envoy',
  options: ['minimumRingSize', 'maximumRingSize'],
  independent: false,
  ties: 'first',
  counts: (nodes, { minimumRingSize, maximumRingSize }) => {
    const live = nodes.filter(({ weight }) => weight > 0)
    const total = live.reduce((sum, { weight }) => sum + weight, 0)
    const shares = nodes.map(({ weight }) => weight / total)
    const smallest = Math.min(...live.map(({ weight }) => weight / total))
    const scale = Math.min(Math.ceil(smallest * minimumRingSize) / smallest, maximumRingSize)
    let placed = 0
    let target = 0
    return shares.map((share) => {
      if (share === 0) return 0
      target += scale * share
      const before = placed
      while (placed < target) placed++
      return placed - before
    })
  },
  hash: refuse,
  hashRange: refuse,
  placer: () => refuse,
  wide: { build, find },
}

function refuse(): never {
  throw hashingErrors.WIDE_POSITIONS({ placement: 'envoy' })
}

function build(nodes: readonly Node[], counts: readonly number[]): Points {
  const all: { high: number; low: number; owner: number }[] = []
  nodes.forEach(({ id }, owner) => {
    for (let i = 0; i < counts[owner]!; i++) {
      const [low, high] = xxh64Halves(`${id}_${i}`)
      all.push({ high: high! >>> 0, low: low! >>> 0, owner })
    }
  })
  all.sort((a, b) => a.high - b.high || a.low - b.low)
  const sorted = {
    positions: Uint32Array.from(all, ({ high }) => high),
    low: Uint32Array.from(all, ({ low }) => low),
    owners: Uint32Array.from(all, ({ owner }) => owner),
  }
  return layOut(sorted, nodes.length)
}

function find(points: Points, key: Key): number {
  const [low, high] = xxh64Halves(key)
  const upper = high! >>> 0
  const lower = low! >>> 0
  let i = successor(points, upper)
  while (points.positions[i] === upper && points.low![i]! < lower) i++
  return i
}
