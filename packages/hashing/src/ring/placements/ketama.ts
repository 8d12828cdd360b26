import type { Key } from '@ringkeeper/core'
import { hashingErrors } from '../../errors.ts'
import { md5Range, md5Words } from '../../hash/md5.ts'
import type { Node } from '../../nodes.ts'
import type { Placement, PlacementName } from '../placement.ts'

const float = Math.fround

/** One of the programs that place nodes by MD5 of a name and a number. */
interface Variant {
  readonly ties: Placement['ties']
  /** How many points each node has. */
  readonly counts: (nodes: readonly Node[]) => number[]
  /** What a node's points are named after. */
  readonly nameOf: (id: string) => string
  /** How many points one digest gives: one for each four bytes, or one alone. */
  readonly perDigest: 1 | 4
}

function ketama(name: PlacementName, { ties, counts, nameOf, perDigest }: Variant): Placement {
  return {
    name,
    ties,
    options: [],
    independent: false,
    hash: positionOf,
    hashRange: positionOfRange,
    counts: (nodes) => {
      nodes.forEach(checkWeight)
      checkNames(nodes, nameOf)
      return counts(nodes)
    },
    placer: (nodes) => (node, positions, from, to) => {
      const prefix = `${nameOf(nodes[node]!.id)}-`
      for (let i = from; i < to; i += perDigest) {
        const digest = md5Words(prefix + (i - from) / perDigest)
        for (let word = 0; word < perDigest; word++) positions[i + word] = digest[word]!
      }
    },
  }
}

function positionOf(key: Key): number {
  return md5Words(key)[0]!
}

function positionOfRange(bytes: Uint8Array, seed: number, start: number, end: number): number {
  return md5Range(bytes, seed, start, end)[0]!
}

function checkWeight({ id, weight }: Node): void {
  if (!Number.isInteger(weight)) {
    throw hashingErrors.BAD_OPTION({
      option: `weight of node "${id}"`,
      value: weight,
      expected: 'an integer, as the program whose placement this is takes no other, or use placement "modern"',
    })
  }
}

/** Two ids can be one server to a program, which leaves out its default port. */
function checkNames(nodes: readonly Node[], nameOf: Variant['nameOf']): void {
  const names = new Set<string>()
  for (const { id } of nodes) {
    if (names.has(nameOf(id))) throw hashingErrors.DUPLICATE_NODE({ node: id })
    names.add(nameOf(id))
  }
}

/** Counts in which every node's number of points depends on its part of all weights. */
function byShare(points: (share: number, nodes: number) => number): (nodes: readonly Node[]) => number[] {
  return (nodes) => {
    const live = nodes.filter(({ weight }) => weight > 0)
    const total = live.reduce((sum, { weight }) => sum + weight, 0)
    return nodes.map(({ weight }) => (weight === 0 ? 0 : points(float(float(weight) / float(total)), live.length)))
  }
}

function sameForAll(points: number): (nodes: readonly Node[]) => number[] {
  return (nodes) => nodes.map(({ weight }) => (weight === 0 ? 0 : points))
}

/** Last.fm's libketama: 160 points for an average node, its share computed in double and floored as float. */
export const libketama: Placement = /* @__PURE__ */ ketama('libketama', {
  ties: 'first',
  counts: byShare((share, nodes) => 4 * Math.floor(float(share * 40 * nodes))),
  nameOf: (id) => id,
  perDigest: 4,
})

// libmemcached computes in float throughout.
const libmemcachedCounts = /* @__PURE__ */ byShare(
  (share, nodes) => 4 * Math.floor(float(float(float(float(share * 160) / 4) * nodes) + float(1e-10))),
)

// libmemcached leaves out its default port.
const withoutDefaultPort = (id: string): string => id.replace(/:11211$/, '')

/** libmemcached with MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED. */
export const libmemcached: Placement = /* @__PURE__ */ ketama('libmemcached', {
  ties: 'first',
  counts: libmemcachedCounts,
  nameOf: withoutDefaultPort,
  perDigest: 4,
})

/** libmemcached with MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA_SPY: names as spymemcached prints unresolved addresses. */
export const libmemcachedSpy: Placement = /* @__PURE__ */ ketama('libmemcached-spy', {
  ties: 'first',
  counts: libmemcachedCounts,
  nameOf: (id) => `/${id}`,
  perDigest: 4,
})

/** libmemcached with MEMCACHED_BEHAVIOR_KETAMA and MD5: 100 points each, one for a digest; knows no weights. */
export const libmemcachedUnweighted: Placement = /* @__PURE__ */ ketama('libmemcached-unweighted', {
  ties: 'first',
  counts: (nodes) => {
    for (const { id, weight } of nodes) {
      if (weight > 1) {
        throw hashingErrors.BAD_OPTION({
          option: `weight of node "${id}"`,
          value: weight,
          expected: '1 or 0, or use placement "libmemcached", which libmemcached itself switches to for other weights',
        })
      }
    }
    return sameForAll(100)(nodes)
  },
  nameOf: withoutDefaultPort,
  perDigest: 1,
})

/**
 * spymemcached's KetamaNodeLocator: 160 points each without weights; with weights a share that is computed in float,
 * but for the last sum. Where points collide its map keeps the node that came last.
 */
export const spymemcached: Placement = /* @__PURE__ */ ketama('spymemcached', {
  ties: 'last',
  counts: (nodes) =>
    nodes.every(({ weight }) => weight === 0 || weight === 1) ? sameForAll(160)(nodes) : spymemcachedWeighted(nodes),
  nameOf: (id) => id,
  perDigest: 4,
})

const spymemcachedWeighted = /* @__PURE__ */ byShare(
  (share, nodes) => 4 * Math.floor(float(float(float(float(share * 160) / 4) * nodes) + 1e-10)),
)
