import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { missingPrerequisite } from '@ringkeeper-tools/cluster'
import { expect, it } from 'vitest'
import { duplicates, lost, orderViolations, overlaps, tenures } from '../src/fleet/checks.ts'
import { runFleet } from '../src/fleet/run-fleet.ts'
import { smallScenario } from '../src/fleet/scenario.ts'

// The times that `pnpm verify:fleet` measures are not checked here: other suites run beside this one.
it.skipIf(await missingPrerequisite())(
  'a worker joins, one is killed and one leaves: nothing is lost, doubled without cause, or out of order',
  async ({ signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'ringkeeper-fleet-'))
    const run = await runFleet(smallScenario, folder, { signal })
    const owners = tenures(run.written)
    expect({
      records: [...run.ends.values()].reduce((sum, end) => sum + end, 0),
      lost: lost(run.written, run.ends),
      unexplained: duplicates(run.written, run.killed).unexplained,
      orderViolations: orderViolations(run.written),
      overlaps: overlaps(owners),
      exitCodes: run.exitCodes,
      workers: new Set(owners.map(({ worker }) => worker)).size,
    }).toEqual({
      records: smallScenario.records,
      lost: 0,
      unexplained: 0,
      orderViolations: 0,
      overlaps: 0,
      exitCodes: [0, 0],
      workers: 3,
    })
    rmSync(folder, { recursive: true })
  },
  180_000,
)
