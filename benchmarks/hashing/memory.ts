import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { HashRing, Maglev, SlotTable } from '@ringkeeper/hashing'
import { figure, type Row } from '../harness/index.ts'
import { makeKeys, makeNodes } from './inputs.ts'

/** What rings take and what look-ups allocate. */
export function memory(): Row[] {
  const rows: Row[] = []
  for (const count of [10, 100, 1000]) {
    const ring = new HashRing(makeNodes(count))
    rows.push(figure(`ring memory per point, N=${count}`, 'bytes', [ring.byteLength / ring.pointCount], '<= 14'))
  }
  const nodes = makeNodes(100)
  const keys = makeKeys(100_000)
  const numbers = Array.from(keys, (_, i) => i * 7919)
  const ring = new HashRing(nodes)
  const maglev = new Maglev(nodes)
  const slots = new SlotTable(nodes)
  return [
    ...rows,
    figure('ring get, allocated per call', 'bytes', [allocated(keys, (key) => ring.get(key))], '0'),
    figure('ring get of a number, allocated per call', 'bytes', [allocated(numbers, (key) => ring.get(key))], '0'),
    figure('Maglev get, allocated per call', 'bytes', [allocated(keys, (key) => maglev.get(key))], '0'),
    figure('SlotTable get, allocated per call', 'bytes', [allocated(keys, (key) => slots.get(key))], '0'),
  ]
}

/** Bytes of heap per call, rounded to whole bytes: the smallest of several runs, as the first ones compile. */
function allocated<T>(keys: readonly T[], work: (key: T) => unknown): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const runs = Array.from({ length: 10 }, () => {
    collect()
    const before = process.memoryUsage().heapUsed
    // Not for...of: the iterator itself may allocate.
    for (let i = 0; i < keys.length; i++) work(keys[i]!)
    return process.memoryUsage().heapUsed - before
  })
  return Math.max(0, Math.round(Math.min(...runs) / keys.length))
}
