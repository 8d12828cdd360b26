import {
  BoundedLoad,
  HashRing,
  Jump,
  JumpBack,
  Maglev,
  Memento,
  Rendezvous,
  SlotTable,
  type NodeInput,
} from '@ringkeeper/hashing'
import { figure, type Row } from '../harness/index.ts'
import { makeKeys, makeNodes } from './inputs.ts'

const NODES = 100
const GONE = 37

interface Keyed {
  get: (key: string) => string | undefined
}

/** How evenly keys are shared out. */
export function balance(): Row[] {
  const keys = makeKeys(1_000_000)
  const nodes = makeNodes(NODES)
  const sets = Array.from({ length: 20 }, (_, set) => maxOverMean(new HashRing(makeNodes(NODES, set)), keys))
  const even = (name: string, router: Keyed): Row =>
    figure(`balance of ${name}, 1M keys, N=100`, 'max/mean', [maxOverMean(router, keys)], '<= 1.03')
  return [
    figure('balance of HashRing, 1M keys, N=100, median of 20 sets of names', 'max/mean', sets, '<= 1.13'),
    even('Rendezvous', new Rendezvous(nodes)),
    even('Maglev', new Maglev(nodes)),
    even('Memento', new Memento(nodes)),
    even('Jump', new Jump(nodes)),
    even('JumpBack', new JumpBack(nodes)),
    even('SlotTable', new SlotTable(nodes)),
    figure('BoundedLoad over HashRing, factor 1.25, 1M keys', 'max/mean', [boundedMaxOverMean(keys)], '1.25'),
  ]
}

/** How many keys move that need not when one node of a hundred leaves. */
export function disruption(): Row[] {
  const keys = makeKeys(200_000)
  const names = makeNodes(NODES)
  const weighted = names.map((id, i): NodeInput => ({ id, weight: 1 + (i % 7) }))
  const gone = names[GONE]!
  const row = (name: string, before: Keyed & { remove: (id: string) => Keyed }, goal: string): Row =>
    figure(`needless moves, ${name}, 1 of 100 leaves`, '%', [needless(before, before.remove(gone), gone, keys)], goal)
  return [
    row('HashRing, equal weights', new HashRing(names), '0'),
    row('HashRing, weights 1 to 7', new HashRing(weighted), '0'),
    row('Rendezvous, equal weights', new Rendezvous(names), '0'),
    row('Rendezvous, weights 1 to 7', new Rendezvous(weighted), '0'),
    row('Memento', new Memento(names), '0'),
    row('Maglev', new Maglev(names), '<= 0.7'),
  ]
}

function maxOverMean(router: Keyed, keys: readonly string[]): number {
  const counts = new Map<string, number>()
  for (const key of keys) {
    const node = router.get(key)!
    counts.set(node, (counts.get(node) ?? 0) + 1)
  }
  return (Math.max(...counts.values()) * NODES) / keys.length
}

function boundedMaxOverMean(keys: readonly string[]): number {
  const names = makeNodes(NODES)
  const loads = new BoundedLoad(new HashRing(names, { pointsPerWeight: 16 }))
  for (const key of keys) loads.acquire(key)
  return (Math.max(...names.map((name) => loads.loadOf(name))) * NODES) / keys.length
}

function needless(before: Keyed, after: Keyed, gone: string, keys: readonly string[]): number {
  const moved = keys.filter((key) => before.get(key) !== gone && before.get(key) !== after.get(key))
  return (100 * moved.length) / keys.length
}
