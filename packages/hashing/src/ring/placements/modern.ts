import { murmur3Bytes, murmur3Ranges, murmur3Signed, murmurFinal } from '../../hash/murmur3.ts'
import { sipHashLow, sipHashRange, sipKeyOf } from '../../hash/siphash.ts'
import type { Placement } from '../placement.ts'

// Keys and points are hashed with unrelated seeds: otherwise a key that looks like a node's id lands on its points.
const FIRST = 0x5c0f_fee1
const SECOND = 0x2b1d_0b0e
const GOLDEN = 0x9e37_79b9

/**
 * Ringkeeper's own placement. A node has `pointsPerWeight * weight` points, counted absolutely, and the first n of them
 * are the same whatever n is: a change of one node's weight, or of the set of nodes, moves no other node's points.
 */
export const modern: Placement = {
  name: 'modern',
  options: ['pointsPerWeight', 'seed'],
  ties: 'id',
  hash: murmur3Signed,
  hashRange: murmur3Bytes,
  hashRanges: murmur3Ranges,
  independent: true,
  counts: (nodes, { pointsPerWeight }) =>
    nodes.map(({ weight }) => (weight === 0 ? 0 : Math.max(1, Math.round(weight * pointsPerWeight)))),
  placer:
    (nodes, { seed }) =>
    (node, positions, from, to, first = 0) => {
      // 64 bits of the id: with 32, two ids of a large cluster could share all their points.
      const id = nodes[node]!.id
      const a = murmur3Signed(id, seed ^ FIRST)
      const b = murmur3Signed(id, seed ^ SECOND)
      let step = (b + Math.imul(first, GOLDEN)) | 0
      for (let i = from; i < to; i++, step = (step + GOLDEN) | 0) {
        positions[i] = murmurFinal(a ^ murmurFinal(step))
      }
    },
}

/** {@link modern}, with keys hashed by SipHash-1-3 and a secret. Points stay where they are: they give nothing away. */
export function keyed(secret: Uint8Array): Placement {
  const key = sipKeyOf(secret, 1, 3)
  const { hashRanges: _, ...plain } = modern
  return {
    ...plain,
    hash: (data) => sipHashLow(data, key),
    hashRange: (bytes, _seed, start, end) => sipHashRange(bytes, key, start, end),
    secretCheck: sipHashLow('ringkeeper: which secret', key),
  }
}
