import { setTimeout as sleep } from 'node:timers/promises'
import { describe, type SuiteFactory } from 'vitest'
import { missingPrerequisite, type Cluster } from '../src/index.ts'
import { identify } from '../src/processes.ts'

const missing = await missingPrerequisite()
if (missing && process.env['CI'] === 'true') throw missing

/** Suites of real servers: skipped with a word where this machine cannot run them, failing there under CI. */
export function describeReal(name: string, suite: SuiteFactory<object>): void {
  if (missing) console.warn(`${name}: skipped, ${missing.message}`)
  describe.skipIf(missing)(name, { timeout: 120_000 }, suite)
}

/** Waits until `test` holds for the modes of the servers, by name. */
export async function untilModes(
  cluster: Cluster,
  test: (modes: Readonly<Record<string, string | undefined>>) => boolean,
): Promise<void> {
  for (;;) {
    const { servers } = await cluster.status()
    if (test(Object.fromEntries(servers.map(({ name, mode }) => [name, mode])))) return
    await sleep(20)
  }
}

/** Whether a process with this id runs; one that has ended and waits for its parent to notice does not. */
export const exists = (pid: number): boolean => identify(pid) !== undefined
