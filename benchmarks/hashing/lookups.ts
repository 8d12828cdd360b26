import { HashRing, Jump, JumpBack, Maglev, Memento, murmur3, Rendezvous, SlotTable } from '@ringkeeper/hashing'
import type { Side } from '../harness/index.ts'
import type { Duel } from './duels.ts'
import { makeKeys, makeNodes, passes, repeat } from './inputs.ts'
import { consistentHash, hashring, jumphash, ketama, rendezvousHash } from './rivals.ts'

// More keys than any cache of a rival remembers, few enough to lie in the processor's, as keys do that were just read.
const some = (count = 100_000): string[] => makeKeys(count)
const hundred = makeNodes(100)
const key = new Uint8Array(16).fill(7)

// So many passes that the first one, in which the rival's memory is still in the caches, counts little.
const asked = (router: { get: (key: string) => unknown }, times = 30, keys: readonly string[] = some()): Side =>
  passes(times, keys, (key) => router.get(key))

const slow = (nodes: readonly string[]): Side => asked(hashring(nodes), 1, some(50_000))

const jumphashSide = (): Side => passes(1, some(30_000), (key) => jumphash(key, 100))

/** Finding the node of distinct keys. */
export const lookups: readonly Duel[] = [
  ...[10, 100, 1000].flatMap(ringAgainstRivals),
  {
    work: 'libketama-exact get, N=100',
    rival: 'hashring',
    ours: () => asked(new HashRing(hundred, { placement: 'libketama' }), 10),
    theirs: () => slow(hundred),
    goal: '>= 15',
  },
  againstHashing('Maglev get, N=100', () => new Maglev(hundred), '<= 1.1'),
  againstHashing('SlotTable get, N=100', () => new SlotTable(hundred), '<= 1.1'),
  againstHashing('Memento get, N=100', () => new Memento(hundred).remove(hundred[37]!)),
  againstHashing('ring get, N=100', () => new HashRing(hundred)),
  againstHashing('ring get with a secret, N=100', () => new HashRing(hundred, { hash: { kind: 'sipHash13', key } })),
  {
    work: 'Jump get, N=100',
    rival: 'jumphash',
    ours: () => asked(new Jump(hundred)),
    theirs: jumphashSide,
    goal: '>= 30',
  },
  { work: 'JumpBack get, N=100', rival: 'jumphash', ours: () => asked(new JumpBack(hundred)), theirs: jumphashSide },
  {
    work: 'Rendezvous get, N=100',
    rival: 'rendezvous-hash',
    ours: () => asked(new Rendezvous(hundred), 3),
    theirs: () => {
      const byName = Object.fromEntries(hundred.map((node) => [node, node]))
      return passes(1, some(1000), (key) => rendezvousHash(key, byName))
    },
    goal: '>= 600',
  },
  {
    work: 'ring getN(3), N=100',
    rival: 'hashring.range',
    ours: () => {
      const ring = new HashRing(hundred)
      return passes(5, some(), (key) => ring.getN(key, 3))
    },
    theirs: () => {
      const ring = hashring(hundred)
      return passes(1, some(50_000), (key) => ring.range(key, 3))
    },
    goal: '>= 15',
  },
  {
    work: 'ring get, 1000 hot keys, memo 5000',
    rival: 'hashring with its cache of 5000',
    ours: () => asked(new HashRing(hundred, { memo: 5000 }), 3000, some(1000)),
    theirs: () => asked(hashring(hundred), 3000, some(1000)),
    goal: '>= 1',
  },
]

function ringAgainstRivals(count: number): Duel[] {
  const nodes = makeNodes(count)
  const work = `ring get, N=${count}`
  const ours = (): Side => asked(new HashRing(nodes))
  const many = count === 1000
  return [
    { work, rival: 'hashring', ours, theirs: () => slow(nodes), goal: many ? '>= 35' : '>= 50' },
    {
      work,
      rival: 'ketama',
      ours,
      theirs: () => {
        const ring = ketama(nodes)
        return passes(1, some(50_000), (key) => ring.getNode(key))
      },
      goal: many ? '>= 20' : '>= 35',
    },
    {
      work,
      rival: 'consistent-hash',
      ours,
      theirs: () => asked(consistentHash(nodes)),
      ...(many ? {} : { goal: '>= 2' }),
    },
  ]
}

function againstHashing(work: string, make: () => { get: (key: string) => unknown }, goal?: string): Duel {
  let keys: readonly string[] | undefined
  const shared = (): readonly string[] => (keys ??= some())
  return {
    work,
    rival: 'hashing the key alone',
    together: true,
    ours: () => asked(make(), 30, shared()),
    // A loop of its own, as the other one knows only routers.
    theirs: () => repeat(30, () => hashAll(shared()), shared().length),
    ...(goal === undefined ? {} : { goal }),
  }
}

function hashAll(keys: readonly string[]): unknown {
  let last: unknown
  for (let i = 0; i < keys.length; i++) last = murmur3(keys[i]!)
  return last
}
