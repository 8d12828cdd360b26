import type { Key } from '@ringkeeper/core'
import { hashingErrors } from '../../errors.ts'
import { xxh64Halves } from '../../hash/xxh64.ts'
import type { Node } from '../../nodes.ts'
import type { Placement } from '../placement.ts'
import { wideLayoutFor, type Points } from '../points.ts'

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
    const smallest = live.reduce((least, { weight }) => Math.min(least, weight / total), Infinity)
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
  return {
    ...wideLayoutFor(all.length, nodes.length),
    words: Int32Array.from(all, ({ owner }) => owner),
    wide: { high: Uint32Array.from(all, ({ high }) => high), low: Uint32Array.from(all, ({ low }) => low) },
  }
}

function find({ count, wide }: Points, key: Key): number {
  const [low, high] = xxh64Halves(key)
  const upper = high! >>> 0
  const lower = low! >>> 0
  let first = 0
  for (let last = count; first < last;) {
    const middle = (first + last) >>> 1
    const before = wide!.high[middle]! - upper || wide!.low[middle]! - lower
    if (before < 0) first = middle + 1
    else last = middle
  }
  return first === count ? 0 : first
}
