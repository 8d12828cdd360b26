import { describe, expect, it } from 'vitest'
import { faultNames } from '../src/simulation/faults.ts'
import { runSchedules } from '../src/simulation/run-schedules.ts'
import { Simulation } from '../src/simulation/simulation.ts'

describe('a simulated fleet', () => {
  it('keeps all its promises in 2000 schedules of faults', async () => {
    const summary = await runSchedules({ firstSeed: 1_000_000, count: 2000 })
    expect(summary.failures).toEqual([])
    expect(summary.schedules).toBe(2000)
    expect(summary.fewestWorkers).toBeGreaterThanOrEqual(3)
    expect(summary.fewestFaults).toBeGreaterThanOrEqual(3)
    expect(Object.keys(summary.faults).sort()).toEqual([...faultNames].sort())
  }, 900_000)

  it('is the same run for the same seed, and can be traced', async () => {
    const lines: string[] = []
    const traced = await new Simulation(7, (line) => lines.push(line)).run()
    expect(traced).toEqual(await new Simulation(7).run())
    expect(lines.length).toBeGreaterThan(100)
  })
})
