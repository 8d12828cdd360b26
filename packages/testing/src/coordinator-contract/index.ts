import { ContractCases } from './cases.ts'
import { createCases } from './create.ts'
import { faultCases } from './faults.ts'
import { multiCases } from './multi.ts'
import { readAndWriteCases } from './reads-and-writes.ts'
import { sessionCases } from './sessions.ts'
import { watchCases } from './watches.ts'
import type { ContractBackend, ContractRunner } from './runner.ts'

export type { ContractBackend, ContractRunner, ContractSession, CoordinatorFaults, Matchers } from './runner.ts'

/**
 * The behaviour that every `Coordinator` has in common, as tests. A backend that passes runs every recipe.
 *
 * Each case works below a path of its own and deletes nothing that it did not make, so the tree may be shared and real.
 *
 * @example
 * ```ts
 * import { describe, expect, it } from 'vitest'
 *
 * const tree = memory()
 * coordinatorContract({ describe, it, expect }, {
 *   name: 'memory',
 *   connect: async (options) => ({ coordinator: await tree.connect(options) }),
 * })
 * ```
 */
export function coordinatorContract(runner: ContractRunner, backend: ContractBackend): void {
  runner.describe(`coordinator contract: ${backend.name}`, () => {
    const cases = new ContractCases(runner, backend)
    createCases(cases)
    readAndWriteCases(cases)
    multiCases(cases)
    watchCases(cases)
    sessionCases(cases)
    faultCases(cases)
  })
}
