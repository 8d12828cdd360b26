import fc from 'fast-check'
import { expect } from 'vitest'

export const idsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `m${i}`)

/** Two sets of members of one group, one after the other. */
export const changes = fc.record({
  before: fc.uniqueArray(fc.constantFrom(...idsOf(9)), { maxLength: 9 }),
  after: fc.uniqueArray(fc.constantFrom(...idsOf(9)), { minLength: 1, maxLength: 9 }),
  partitions: fc.integer({ min: 0, max: 60 }),
})

/** An error of this package with this code. */
export function code(name: string): Error {
  return expect.objectContaining({ code: `RK_PARTITIONING_${name}` }) as Error
}
