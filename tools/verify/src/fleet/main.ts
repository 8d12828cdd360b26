import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { publish, versionsOf } from '@ringkeeper/benchmarks/harness'
import { fleetRows } from './fleet-rows.ts'
import { runFleet } from './run-fleet.ts'
import { fullScenario, smallScenario } from './scenario.ts'

// `--small` is the run of the tests, to try a change quickly.
const { values } = parseArgs({ options: { small: { type: 'boolean' } }, strict: false })
const scenario = values['small'] === true ? smallScenario : fullScenario
const folder = mkdtempSync(join(tmpdir(), 'ringkeeper-fleet-'))
const run = await runFleet(scenario, folder, {
  signal: AbortSignal.timeout(540_000),
  say: (line) => console.log(line),
})
const rows = fleetRows(run, scenario)
publish({ command: 'verify:fleet', versions: versionsOf(['kafkajs'], import.meta.url), rows })
const isShown = rows.every(({ met, stretch }) => met !== false || stretch === true)
if (isShown) rmSync(folder, { recursive: true })
else console.log(`what the workers wrote and logged is kept in ${folder}`)
process.exitCode = isShown ? 0 : 1
