import { parseArgs } from 'node:util'
import { publish, versionsOf, type Row } from '../harness/index.ts'
import { measureApart } from './row-process.ts'
import { measurements } from './rows.ts'

const rivals = ['hashring', 'ketama', 'consistent-hash', 'jumphash', 'rendezvous-hash', 'kafkajs']

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, json: { type: 'string' } } })

const rows: Row[] = []
for (const name of Object.keys(measurements)) {
  if (name.includes(values.only)) rows.push(...(await measureApart(name)))
}
publish({
  command: 'bench:hashing',
  about:
    'CPU time per item, medians of interleaved pairs; ratio with its lowest and highest pair; each row in a process of its own',
  versions: versionsOf(rivals, import.meta.url),
  rows,
})
