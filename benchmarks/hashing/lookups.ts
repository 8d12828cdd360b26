import { HashRing, Jump, JumpBack, Maglev, Memento, murmur3, Rendezvous, SlotTable } from '@ringkeeper/hashing'
import { compare, type Row } from '../harness/index.ts'
import { makeKeys, makeNodes, overKeys } from './inputs.ts'
import { consistentHash, hashring, jumphash, ketama, rendezvousHash } from './rivals.ts'

// More keys than any cache of a rival remembers, few enough to lie in the processor's, as keys do that were just read.
const keys = makeKeys(100_000)
const MANY = 1_000_000
const some = keys

/** Finding the node of distinct keys. */
export async function lookups(): Promise<Row[]> {
  const rows: Row[] = []
  for (const count of [10, 100, 1000]) rows.push(...(await ringAgainstRivals(count)))
  rows.push(await exactKetama(), ...(await tables()), ...(await numbered()), ...(await replicas()), await hotKeys())
  return rows
}

async function ringAgainstRivals(count: number): Promise<Row[]> {
  const nodes = makeNodes(count)
  const ring = new HashRing(nodes)
  const ours = { items: MANY, run: overKeys(keys, MANY, (key) => ring.get(key)) }
  const work = `ring get, N=${count}`
  const slow = hashring(nodes)
  const other = ketama(nodes)
  const random = consistentHash(nodes)
  return [
    await compare({
      work,
      rival: 'hashring',
      ours,
      theirs: { items: 50_000, run: overKeys(some, 50_000, (key) => slow.get(key)) },
      goal: count === 1000 ? '>= 35' : '>= 50',
    }),
    await compare({
      work,
      rival: 'ketama',
      ours,
      theirs: { items: 50_000, run: overKeys(some, 50_000, (key) => other.getNode(key)) },
      goal: count === 1000 ? '>= 20' : '>= 35',
    }),
    await compare({
      work,
      rival: 'consistent-hash',
      ours,
      theirs: { items: MANY, run: overKeys(keys, MANY, (key) => random.get(key)) },
      ...(count === 1000 ? {} : { goal: '>= 2' }),
    }),
  ]
}

async function exactKetama(): Promise<Row> {
  const nodes = makeNodes(100)
  const ring = new HashRing(nodes, { placement: 'libketama' })
  const slow = hashring(nodes)
  return compare({
    work: 'libketama-exact get, N=100',
    rival: 'hashring',
    ours: { items: 300_000, run: overKeys(keys, 300_000, (key) => ring.get(key)) },
    theirs: { items: 50_000, run: overKeys(some, 50_000, (key) => slow.get(key)) },
    goal: '>= 15',
  })
}

async function tables(): Promise<Row[]> {
  const nodes = makeNodes(100)
  const maglev = new Maglev(nodes)
  const slots = new SlotTable(nodes)
  const memento = new Memento(nodes).remove(nodes[37]!)
  const hashing = { items: MANY, run: overKeys(keys, MANY, (key) => murmur3(key)) }
  const side = (get: (key: string) => unknown) => ({ items: MANY, run: overKeys(keys, MANY, get) })
  const rival = 'hashing the key alone'
  const ring = new HashRing(nodes)
  return [
    await compare({
      work: 'Maglev get, N=100',
      rival,
      ours: side((key) => maglev.get(key)),
      theirs: hashing,
      goal: '<= 1.1',
    }),
    await compare({
      work: 'SlotTable get, N=100',
      rival,
      ours: side((key) => slots.get(key)),
      theirs: hashing,
      goal: '<= 1.1',
    }),
    await compare({ work: 'Memento get, N=100', rival, ours: side((key) => memento.get(key)), theirs: hashing }),
    await compare({ work: 'ring get, N=100', rival, ours: side((key) => ring.get(key)), theirs: hashing }),
  ]
}

async function numbered(): Promise<Row[]> {
  const nodes = makeNodes(100)
  const jump = new Jump(nodes)
  const back = new JumpBack(nodes)
  const draw = new Rendezvous(nodes)
  const byName = Object.fromEntries(nodes.map((node) => [node, node]))
  const theirs = { items: 30_000, run: overKeys(some, 30_000, (key) => jumphash(key, 100)) }
  return [
    await compare({
      work: 'Jump get, N=100',
      rival: 'jumphash',
      ours: { items: MANY, run: overKeys(keys, MANY, (key) => jump.get(key)) },
      theirs,
      goal: '>= 30',
    }),
    await compare({
      work: 'JumpBack get, N=100',
      rival: 'jumphash',
      ours: { items: MANY, run: overKeys(keys, MANY, (key) => back.get(key)) },
      theirs,
    }),
    await compare({
      work: 'Rendezvous get, N=100',
      rival: 'rendezvous-hash',
      ours: { items: 300_000, run: overKeys(keys, 300_000, (key) => draw.get(key)) },
      theirs: { items: 1000, run: overKeys(some, 1000, (key) => rendezvousHash(key, byName)) },
      goal: '>= 600',
    }),
  ]
}

async function replicas(): Promise<Row[]> {
  const nodes = makeNodes(100)
  const ring = new HashRing(nodes)
  const slow = hashring(nodes)
  return [
    await compare({
      work: 'ring getN(3), N=100',
      rival: 'hashring.range',
      ours: { items: 500_000, run: overKeys(keys, 500_000, (key) => ring.getN(key, 3)) },
      theirs: { items: 50_000, run: overKeys(some, 50_000, (key) => slow.range(key, 3)) },
      goal: '>= 15',
    }),
  ]
}

async function hotKeys(): Promise<Row> {
  const nodes = makeNodes(100)
  const hot = keys.slice(0, 1000)
  const ring = new HashRing(nodes, { memo: 5000 })
  const slow = hashring(nodes)
  return compare({
    work: 'ring get, 1000 hot keys, memo 5000',
    rival: 'hashring with its cache of 5000',
    ours: { items: 3_000_000, run: overKeys(hot, 3_000_000, (key) => ring.get(key)) },
    theirs: { items: 3_000_000, run: overKeys(hot, 3_000_000, (key) => slow.get(key)) },
    goal: '>= 1',
  })
}
