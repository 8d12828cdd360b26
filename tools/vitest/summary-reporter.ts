import type { Reporter, TestModule } from 'vitest/node'

interface Tally {
  passed: number
  failed: number
  skipped: number
}

/**
 * Prints how long each suite took, and closes the run with `tests: N passed, N failed, N skipped`, alone on the last
 * line of stdout. A file that does not load, a failing hook and an unhandled error each count as a failed test.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    const seconds = new Map<string, number>()
    for (const module of modules) {
      countModule(module, tally)
      const suite = module.project.name || 'workspace'
      seconds.set(suite, (seconds.get(suite) ?? 0) + module.diagnostic().duration / 1000)
    }
    for (const [suite, time] of [...seconds].toSorted(([a], [b]) => (a < b ? -1 : 1)))
      console.log(`time: ${time.toFixed(1).padStart(6)} s  ${suite}`)
    // Coverage and other reporters print after the end of the run.
    process.once('exit', () =>
      console.log(`tests: ${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`),
    )
  }
}

function countModule(module: TestModule, tally: Tally): void {
  tally.failed += module.errors().length
  for (const suite of module.children.allSuites()) tally.failed += suite.errors().length
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    if (state === 'passed') tally.passed += 1
    else if (state === 'failed') tally.failed += 1
    else tally.skipped += 1
  }
}
