import { describe, expect, it } from 'vitest'
import type { SimulationCounts } from '../support/simulation-counts.ts'
import { StreamSimulation } from '../support/stream-simulation.ts'

/** More of them by SIMULATION_SEEDS=1000. */
const SEEDS = Number(process.env['SIMULATION_SEEDS'] ?? 30)

describe('random schedules of the data path', () => {
  it('lose nothing, keep the order per key, commit only what has left, and write only under a lease', async () => {
    const total: Partial<Record<keyof SimulationCounts, number>> = {}
    const failures: string[] = []
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const simulation = new StreamSimulation(seed)
      const failure = await simulation.run().then(
        () => simulation.failure,
        (error: Error) => simulation.failure ?? error,
      )
      if (failure) failures.push(`seed ${seed}: ${failure.message}`)
      for (const [name, count] of Object.entries(simulation.counts) as [keyof SimulationCounts, number][]) {
        total[name] = (total[name] ?? 0) + count
      }
    }
    expect(failures).toEqual([])
    for (const count of Object.values(total)) expect(count).toBeGreaterThan(SEEDS / 2)
  }, 600_000)
})
