import { parseArgs } from 'node:util'
import { publish, versionsOf, type Row } from '../harness/index.ts'
import { balance, disruption } from './balance.ts'
import { duels } from './duels.ts'
import { memory } from './memory.ts'
import { duel } from './side-process.ts'

const rivals = ['hashring', 'ketama', 'consistent-hash', 'jumphash', 'rendezvous-hash', 'kafkajs']

// `--only build` compares just what has "build" in its name.
const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'string' } } })
const { only } = values

const rows: Row[] = []
for (const [index, { work, rival }] of duels.entries()) {
  if (only === undefined || `${work}, ${rival}`.includes(only)) rows.push(await duel(index))
}
if (only === undefined) rows.push(...memory(), ...balance(), ...disruption())

publish({
  command: 'bench:hashing',
  about:
    'CPU time per item, each side in a process of its own, medians of interleaved pairs; ratio with its lowest and highest pair',
  versions: versionsOf(rivals, import.meta.url),
  rows,
})
