import { HashRing } from '@ringkeeper/hashing'
import { compare, type Row } from '../harness/index.ts'
import { makeNodes } from './inputs.ts'
import { hashring } from './rivals.ts'

/** Building a ring and changing it. */
export async function changes(): Promise<Row[]> {
  const nodes = makeNodes(1000)
  const extra = 'cache-0-5555.example.internal:11211'
  const build = { items: 1, run: () => hashring(nodes) }
  const ring = new HashRing(nodes)
  const grown = ring.add(extra)
  const theirs = hashring(nodes)
  const both = {
    items: 2,
    run: () => {
      theirs.add(extra)
      theirs.remove(extra)
    },
  }
  const repeat = (times: number, work: () => unknown) => ({
    items: times,
    run: () => {
      for (let i = 0; i < times; i++) work()
    },
  })
  return [
    await compare({
      work: 'build, N=1000, 160 points each',
      rival: 'hashring',
      ours: repeat(10, () => new HashRing(nodes, { pointsPerWeight: 160 })),
      theirs: build,
      goal: '>= 25',
    }),
    await compare({
      work: 'build, N=1000, default points (512)',
      rival: 'hashring',
      ours: repeat(5, () => new HashRing(nodes)),
      theirs: build,
      goal: '>= 8',
    }),
    await compare({
      work: 'add or remove a node, N=1000, default points',
      rival: 'hashring',
      ours: { items: 40, run: repeat(20, () => [ring.add(extra), grown.remove(extra)]).run },
      theirs: both,
      goal: '>= 35',
    }),
  ]
}
