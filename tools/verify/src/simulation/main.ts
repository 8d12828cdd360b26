import { parseArgs } from 'node:util'
import { publish, versionsOf } from '@ringkeeper/benchmarks/harness'
import { runSchedules } from './run-schedules.ts'
import { simulationRows } from './simulation-rows.ts'
import { Simulation } from './simulation.ts'

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '0' },
    /** Replays one schedule and prints what it came to. */
    replay: { type: 'string' },
  },
  strict: false,
})
if (values.replay !== undefined) {
  const outcome = await new Simulation(Number(values.replay)).run()
  console.log(outcome)
  process.exit(outcome.violation ? 1 : 0)
}
const count = Number(values.schedules)
const summary = await runSchedules({ firstSeed: Number(values.seed), count, signal: AbortSignal.timeout(580_000) })
const rows = simulationRows(summary, count)
publish({ command: 'verify:simulation', versions: versionsOf([], import.meta.url), rows })
for (const { seed, violation, faults } of summary.failures.slice(0, 20)) {
  console.log(
    `seed ${seed}: ${violation.kind}: ${violation.what} (${Object.keys(faults).join(', ')}); replay it with --replay ${seed}`,
  )
}
process.exitCode = rows.every(({ met }) => met !== false) ? 0 : 1
