import { HashRing, Jump, JumpBack, Maglev, Memento, murmur3, Rendezvous, SlotTable } from '@ringkeeper/hashing'
import { compare, type Row, type Side } from '../harness/index.ts'
import { makeKeys, makeNodes, passes } from './inputs.ts'
import { consistentHash, hashring, jumphash, ketama, rendezvousHash } from './rivals.ts'
import type { Measurement } from './rows.ts'

// More keys than any cache of a rival remembers, few enough to lie in the processor's, as keys do that were just read.
const KEYS = 100_000

// Every side has a loop of its own; what it found last is its result.

const overRing = (keys: readonly string[], ring: HashRing, times = 10): Side =>
  passes(times, keys, (list) => {
    let last: unknown
    for (const key of list) last = ring.get(key)
    return last
  })

const overHashring = (keys: readonly string[], nodes: readonly string[]): Side => {
  const ring = hashring(nodes)
  return passes(1, keys.slice(0, 50_000), (list) => {
    let last: unknown
    for (const key of list) last = ring.get(key)
    return last
  })
}

const overKetama = (keys: readonly string[], nodes: readonly string[]): Side => {
  const ring = ketama(nodes)
  return passes(1, keys.slice(0, 50_000), (list) => {
    let last: unknown
    for (const key of list) last = ring.getNode(key)
    return last
  })
}

const overConsistentHash = (keys: readonly string[], nodes: readonly string[]): Side => {
  const ring = consistentHash(nodes)
  return passes(10, keys, (list) => {
    let last: unknown
    for (const key of list) last = ring.get(key)
    return last
  })
}

const overMurmur3 = (keys: readonly string[]): Side =>
  passes(10, keys, (list) => {
    let last: unknown
    for (const key of list) last = murmur3(key)
    return last
  })

const overJumphash = (keys: readonly string[]): Side =>
  passes(1, keys.slice(0, 30_000), (list) => {
    let last: unknown
    for (const key of list) last = jumphash(key, 100)
    return last
  })

/** Finding the node of distinct keys. */
export const lookups: Readonly<Record<string, Measurement>> = {
  ...ringAgainstRivals(10),
  ...ringAgainstRivals(100),
  ...ringAgainstRivals(1000),
  'libketama get, hashring': () => {
    const keys = makeKeys(KEYS)
    const nodes = makeNodes(100)
    return compare({
      work: 'libketama-exact get, N=100',
      rival: 'hashring',
      ours: overRing(keys, new HashRing(nodes, { placement: 'libketama' }), 3),
      theirs: overHashring(keys, nodes),
      goal: '>= 15',
    })
  },
  'Maglev get': () => {
    const maglev = new Maglev(makeNodes(100))
    return againstHashing('Maglev get, N=100', '<= 1.1', (list) => {
      let last: unknown
      for (const key of list) last = maglev.get(key)
      return last
    })
  },
  'SlotTable get': () => {
    const slots = new SlotTable(makeNodes(100))
    return againstHashing('SlotTable get, N=100', '<= 1.1', (list) => {
      let last: unknown
      for (const key of list) last = slots.get(key)
      return last
    })
  },
  'Memento get': () => {
    const nodes = makeNodes(100)
    const memento = new Memento(nodes).remove(nodes[37]!)
    return againstHashing('Memento get, N=100', undefined, (list) => {
      let last: unknown
      for (const key of list) last = memento.get(key)
      return last
    })
  },
  'ring get, hashing alone': () => {
    const ring = new HashRing(makeNodes(100))
    return againstHashing('ring get, N=100', undefined, (list) => {
      let last: unknown
      for (const key of list) last = ring.get(key)
      return last
    })
  },
  'Jump get, jumphash': () => {
    const keys = makeKeys(KEYS)
    const jump = new Jump(makeNodes(100))
    const ours = passes(10, keys, (list) => {
      let last: unknown
      for (const key of list) last = jump.get(key)
      return last
    })
    return compare({ work: 'Jump get, N=100', rival: 'jumphash', ours, theirs: overJumphash(keys), goal: '>= 30' })
  },
  'JumpBack get, jumphash': () => {
    const keys = makeKeys(KEYS)
    const back = new JumpBack(makeNodes(100))
    const ours = passes(10, keys, (list) => {
      let last: unknown
      for (const key of list) last = back.get(key)
      return last
    })
    return compare({ work: 'JumpBack get, N=100', rival: 'jumphash', ours, theirs: overJumphash(keys) })
  },
  'Rendezvous get, rendezvous-hash': () => {
    const keys = makeKeys(KEYS)
    const nodes = makeNodes(100)
    const draw = new Rendezvous(nodes)
    const byName = Object.fromEntries(nodes.map((node) => [node, node]))
    return compare({
      work: 'Rendezvous get, N=100',
      rival: 'rendezvous-hash',
      ours: passes(3, keys, (list) => {
        let last: unknown
        for (const key of list) last = draw.get(key)
        return last
      }),
      theirs: passes(1, keys.slice(0, 1000), (list) => {
        let last: unknown
        for (const key of list) last = rendezvousHash(key, byName)
        return last
      }),
      goal: '>= 600',
    })
  },
  'ring getN, hashring.range': () => {
    const keys = makeKeys(KEYS)
    const nodes = makeNodes(100)
    const ring = new HashRing(nodes)
    const slow = hashring(nodes)
    return compare({
      work: 'ring getN(3), N=100',
      rival: 'hashring.range',
      ours: passes(5, keys, (list) => {
        let last: unknown
        for (const key of list) last = ring.getN(key, 3)
        return last
      }),
      theirs: passes(1, keys.slice(0, 50_000), (list) => {
        let last: unknown
        for (const key of list) last = slow.range(key, 3)
        return last
      }),
      goal: '>= 15',
    })
  },
  'ring get of hot keys, hashring': () => {
    const hot = makeKeys(1000)
    const nodes = makeNodes(100)
    const slow = hashring(nodes)
    return compare({
      work: 'ring get, 1000 hot keys, memo 5000',
      rival: 'hashring with its cache of 5000',
      ours: overRing(hot, new HashRing(nodes, { memo: 5000 }), 3000),
      theirs: passes(3000, hot, (list) => {
        let last: unknown
        for (const key of list) last = slow.get(key)
        return last
      }),
      goal: '>= 1',
    })
  },
}

function ringAgainstRivals(count: number): Readonly<Record<string, Measurement>> {
  const measure = (
    rival: string,
    theirs: (keys: readonly string[], nodes: readonly string[]) => Side,
    goal?: string,
  ): Promise<Row> => {
    const keys = makeKeys(KEYS)
    const nodes = makeNodes(count)
    const ours = overRing(keys, new HashRing(nodes))
    return compare({
      work: `ring get, N=${count}`,
      rival,
      ours,
      theirs: theirs(keys, nodes),
      ...(goal === undefined ? {} : { goal }),
    })
  }
  const many = count === 1000
  return {
    [`ring get ${count}, hashring`]: () => measure('hashring', overHashring, many ? '>= 35' : '>= 50'),
    [`ring get ${count}, ketama`]: () => measure('ketama', overKetama, many ? '>= 20' : '>= 35'),
    [`ring get ${count}, consistent-hash`]: () =>
      measure('consistent-hash', overConsistentHash, many ? undefined : '>= 2'),
  }
}

function againstHashing(
  work: string,
  goal: string | undefined,
  over: (keys: readonly string[]) => unknown,
): Promise<Row> {
  const keys = makeKeys(KEYS)
  const rival = 'hashing the key alone'
  const ours = passes(10, keys, over)
  return compare({ work, rival, ours, theirs: overMurmur3(keys), ...(goal === undefined ? {} : { goal }) })
}
