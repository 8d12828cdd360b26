import { describe, expect, it } from 'vitest'
import { faults } from '../src/simulation/faults.ts'
import { runSchedules } from '../src/simulation/run-schedules.ts'
import { Simulation } from '../src/simulation/simulation.ts'

describe('a simulated fleet', () => {
  it('loses nothing, keeps order and has one writer per shard in 2000 schedules of faults', async () => {
    const summary = await runSchedules({ firstSeed: 1_000_000, count: 2000 })
    expect(summary.failures).toEqual([])
    expect(summary.schedules).toBe(2000)
    expect(Object.keys(summary.faults).sort()).toEqual(Object.keys(faults).sort())
  }, 400_000)

  it('is the same run for the same seed', async () => {
    const outcomes = await Promise.all([new Simulation(7).run(), new Simulation(7).run()])
    expect(outcomes[0]).toEqual(outcomes[1])
    expect(outcomes[0].workers).toBeGreaterThanOrEqual(3)
    expect(Object.values(outcomes[0].faults).reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(3)
  })
})
