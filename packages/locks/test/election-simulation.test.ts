import { describe, expect, it } from 'vitest'
import { simulate } from './simulate-election.ts'

describe('an election under faults', () => {
  const schedules = 200

  it(`never has two leaders at once, and always finds one again, in ${schedules} seeded schedules`, async () => {
    const totals = new Map<string, number>()
    let terms = 0
    for (let seed = 1; seed <= schedules; seed += 1) {
      const outcome = await simulate(seed)
      expect(outcome.violations, `seed ${seed}`).toEqual([])
      expect(outcome.recovered, `seed ${seed}: no leader after the faults`).toBe(true)
      expect(outcome.leftovers, `seed ${seed}: nodes that nobody owns`).toEqual([])
      terms += outcome.terms
      for (const [fault, count] of outcome.faults) totals.set(fault, (totals.get(fault) ?? 0) + count)
    }
    // Otherwise the schedules show nothing.
    expect(terms).toBeGreaterThan(3 * schedules)
    for (const [fault, count] of totals) expect(count, fault).toBeGreaterThan(schedules / 10)
    expect(totals.size).toBe(12)
  }, 120_000)

  it('runs the same for the same seed', async () => {
    expect(await simulate(7)).toEqual(await simulate(7))
  })
})
