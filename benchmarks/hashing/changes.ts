import { HashRing } from '@ringkeeper/hashing'
import { compare } from '../harness/index.ts'
import { makeNodes, repeat } from './inputs.ts'
import { hashring } from './rivals.ts'
import type { Measurement } from './rows.ts'

const EXTRA = 'cache-0-5555.example.internal:11211'

/** Building a ring and changing it. */
export const changes: Readonly<Record<string, Measurement>> = {
  'build with 160 points': () => {
    const nodes = makeNodes(1000)
    return compare({
      work: 'build, N=1000, 160 points each',
      rival: 'hashring',
      ours: repeat(10, () => new HashRing(nodes, { pointsPerWeight: 160 })),
      theirs: repeat(1, () => hashring(nodes)),
      goal: '>= 25',
    })
  },
  'build with default points': () => {
    const nodes = makeNodes(1000)
    return compare({
      work: 'build, N=1000, default points (512)',
      rival: 'hashring',
      ours: repeat(5, () => new HashRing(nodes)),
      theirs: repeat(1, () => hashring(nodes)),
      goal: '>= 8',
    })
  },
  'add or remove a node': () => {
    const nodes = makeNodes(1000)
    const ring = new HashRing(nodes)
    const grown = ring.add(EXTRA)
    const theirs = hashring(nodes)
    return compare({
      work: 'add or remove a node, N=1000, default points',
      rival: 'hashring',
      ours: repeat(20, () => [ring.add(EXTRA), grown.remove(EXTRA)], 2),
      theirs: repeat(
        1,
        () => {
          theirs.add(EXTRA)
          theirs.remove(EXTRA)
        },
        2,
      ),
      goal: '>= 35',
    })
  },
}
