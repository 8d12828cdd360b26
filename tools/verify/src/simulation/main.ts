import { parseArgs } from 'node:util'
import { publish, versionsOf } from '@ringkeeper/benchmarks/harness'
import { runSchedules } from './run-schedules.ts'
import { simulationRows } from './simulation-rows.ts'
import { Simulation } from './simulation.ts'

const { values } = parseArgs({
  options: {
    /** How many schedules to run, and the seed of the first. */
    schedules: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    /** Replays one schedule and prints what happens in it. */
    seed: { type: 'string' },
  },
  strict: false,
})
if (values.seed === undefined) await runAll(Number(values.schedules), Number(values.from))
else await replay(Number(values.seed))

async function replay(seed: number): Promise<void> {
  const outcome = await new Simulation(seed, (line) => console.log(line)).run()
  console.log(outcome)
  process.exitCode = outcome.violation ? 1 : 0
}

async function runAll(count: number, firstSeed: number): Promise<void> {
  const summary = await runSchedules({ firstSeed, count, signal: AbortSignal.timeout(590_000) })
  const rows = simulationRows(summary, count)
  publish({
    command: 'verify:simulation',
    about: `${count} schedules of a simulated fleet, each made of its seed`,
    versions: versionsOf([], import.meta.url),
    rows,
  })
  for (const { seed, violation, faults } of summary.failures.slice(0, 20)) {
    console.log(`seed ${seed}: ${violation.kind}: ${violation.what} (${Object.keys(faults).join(', ')})`)
  }
  if (summary.failures[0])
    console.log(`\nto see what happened: pnpm verify:simulation --seed ${summary.failures[0].seed}`)
  process.exitCode = rows.every(({ met }) => met !== false) ? 0 : 1
}
