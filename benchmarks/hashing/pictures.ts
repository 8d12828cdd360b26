import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BoundedLoad, HashRing, Jump, JumpBack, Maglev, Memento, Rendezvous, SlotTable } from '@ringkeeper/hashing'
import { makeKeys, makeNodes } from './inputs.ts'
import { drawPicture, type Bar } from './svg.ts'

const NODES = 20
const GONE = 7
const keys = makeKeys(200_000)
const nodes = makeNodes(NODES)
const gone = nodes[GONE]!

/** Which node each key has, by the number of the node; before and after one node has left. */
interface Scene {
  readonly before: (key: string) => string | undefined
  readonly after: (key: string) => string | undefined
  /** Who leaves, where it is not the one in the middle. */
  readonly leaver?: string
}

const last = nodes.at(-1)!
const table = new SlotTable(nodes)
const scenes: Record<string, Scene> = {
  ring: fromTo(new HashRing(nodes), new HashRing(nodes).remove(gone)),
  rendezvous: fromTo(new Rendezvous(nodes), new Rendezvous(nodes).remove(gone)),
  jump: { ...fromTo(new Jump(nodes), new Jump(nodes).pop()), leaver: last },
  'jump-back': { ...fromTo(new JumpBack(nodes), new JumpBack(nodes).pop()), leaver: last },
  maglev: fromTo(new Maglev(nodes), new Maglev(nodes).remove(gone)),
  memento: fromTo(new Memento(nodes), new Memento(nodes).remove(gone)),
  'slot-table': fromTo(table, table.apply(table.plan(nodes.filter((node) => node !== gone)))),
  'bounded-load': { before: bounded(new HashRing(nodes)), after: bounded(new HashRing(nodes).remove(gone)) },
}

const folder = join(import.meta.dirname, '../../docs/hashing/images')
mkdirSync(folder, { recursive: true })
for (const [name, scene] of Object.entries(scenes)) {
  const bars = measure(scene)
  writeFileSync(join(folder, `${name}.svg`), drawPicture(bars, keys.length))
  const needless = bars.reduce((sum, bar) => sum + bar.needless, 0)
  console.log(`${name}: ${needless} of ${keys.length} keys moved without need`)
}

interface Keyed {
  get: (key: string) => string | undefined
}

function fromTo(before: Keyed, after: Keyed): Scene {
  return { before: (key) => before.get(key), after: (key) => after.get(key) }
}

/** Assigns all keys in turn and keeps them. */
function bounded(ring: HashRing): (key: string) => string | undefined {
  const loads = new BoundedLoad(ring, { factor: 1.05 })
  const assigned = new Map(keys.map((key) => [key, loads.acquire(key)?.node]))
  return (key) => assigned.get(key)
}

function measure({ before, after, leaver = gone }: Scene): Bar[] {
  const bars = nodes.map((node) => ({ leaves: node === leaver, before: 0, gained: 0, needless: 0 }))
  const index = new Map(nodes.map((node, i) => [node, i]))
  for (const key of keys) {
    const from = before(key)!
    const to = after(key)!
    bars[index.get(from)!]!.before++
    if (from === to) continue
    if (from === leaver) bars[index.get(to)!]!.gained++
    else bars[index.get(to)!]!.needless++
  }
  return bars
}
