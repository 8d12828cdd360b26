import { parseArgs } from 'node:util'
import { publish, versionsOf } from '@ringkeeper/benchmarks/harness'
import { demoRows } from './demo-rows.ts'
import { runDemo } from './run-demo.ts'
import { defaultSettings } from './settings.ts'
import { demoView } from './view.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    records: { type: 'string', default: String(defaultSettings.records) },
    rate: { type: 'string', default: String(defaultSettings.rate) },
  },
})
const settings = { ...defaultSettings, records: Number(values.records), rate: Number(values.rate) }
const run = await runDemo(settings, demoView(settings.records, process.stdout))
const rows = demoRows(run, settings)
process.stdout.write('\n')
publish({ command: 'demo', about: 'what went in and what came out', versions: versionsOf([], import.meta.url), rows })
const isFine = rows.every(({ met }) => met !== false)
if (!isFine) process.stderr.write('demo: something that must not happen has happened: see the rows that say NOT MET\n')
// The killed worker is still here, as no process would be.
process.exit(isFine ? 0 : 1)
