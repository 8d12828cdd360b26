import { HashRing } from '@ringkeeper/hashing'
import type { Side } from '../harness/index.ts'
import type { Duel } from './duels.ts'
import { makeNodes, repeat } from './inputs.ts'
import { hashring } from './rivals.ts'

const EXTRA = 'cache-0-5555.example.internal:11211'
const nodes = makeNodes(1000)

const theirBuild = (): Side => repeat(1, () => hashring(nodes))

/** Building a ring and changing it. */
export const changes: readonly Duel[] = [
  {
    work: 'build, N=1000, 160 points each',
    rival: 'hashring',
    ours: () => repeat(60, () => new HashRing(nodes, { pointsPerWeight: 160 })),
    theirs: theirBuild,
    goal: '>= 25',
  },
  {
    work: 'build, N=1000, default points (512)',
    rival: 'hashring',
    ours: () => repeat(30, () => new HashRing(nodes)),
    theirs: theirBuild,
    goal: '>= 8',
  },
  {
    work: 'add or remove a node, N=1000, default points',
    rival: 'hashring',
    ours: () => {
      const ring = new HashRing(nodes)
      const grown = ring.add(EXTRA)
      return repeat(60, () => [ring.add(EXTRA), grown.remove(EXTRA)], 2)
    },
    theirs: () => {
      const ring = hashring(nodes)
      const addAndRemove = (): void => {
        ring.add(EXTRA)
        ring.remove(EXTRA)
      }
      return repeat(1, addAndRemove, 2)
    },
    goal: '>= 35',
  },
]
