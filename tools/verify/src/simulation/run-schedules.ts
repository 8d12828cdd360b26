import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FaultName } from './faults.ts'
import type { Outcome } from './simulation.ts'
import type { Violation } from './verdict.ts'

/** Which schedules to run. */
export interface Schedules {
  readonly firstSeed: number
  readonly count: number
  /** Threads; as many as there are processors by default. */
  readonly threads?: number
  /** Ends the run; the summary is then of those that have run. */
  readonly signal?: AbortSignal
}

/** What many schedules came to. */
export interface Summary {
  schedules: number
  workers: number
  records: number
  duplicates: number
  fewestWorkers: number
  fewestFaults: number
  readonly faults: Partial<Record<FaultName, number>>
  readonly failures: { readonly seed: number; readonly violation: Violation; readonly faults: Outcome['faults'] }[]
}

/** Runs schedules in several threads. */
export async function runSchedules({ firstSeed, count, threads, signal }: Schedules): Promise<Summary> {
  const summary: Summary = {
    schedules: 0,
    workers: 0,
    records: 0,
    duplicates: 0,
    fewestWorkers: Infinity,
    fewestFaults: Infinity,
    faults: {},
    failures: [],
  }
  const step = threads ?? Math.min(availableParallelism(), 8)
  const lanes = Array.from({ length: Math.min(step, count) }, (_, lane) =>
    runThread({ from: firstSeed + lane, to: firstSeed + count, step }, (outcome) => add(summary, outcome), signal),
  )
  await Promise.all(lanes)
  summary.failures.sort((a, b) => a.seed - b.seed)
  return summary
}

function runThread(
  range: { readonly from: number; readonly to: number; readonly step: number },
  onOutcome: (outcome: Outcome) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('thread.ts', import.meta.url), { workerData: range })
    const stop = (): void => void thread.terminate()
    signal?.addEventListener('abort', stop, { once: true })
    thread.on('message', onOutcome)
    thread.on('error', reject)
    thread.on('exit', (code) => {
      signal?.removeEventListener('abort', stop)
      if (code === 0 || signal?.aborted) resolve()
      else reject(new Error(`a thread of the simulation ended with code ${code}`))
    })
  })
}

function add(summary: Summary, { seed, violation, faults, workers, records, duplicates }: Outcome): void {
  summary.schedules += 1
  summary.workers += workers
  summary.records += records
  summary.duplicates += duplicates
  summary.fewestWorkers = Math.min(summary.fewestWorkers, workers)
  const struck = Object.values(faults).reduce((sum, times) => sum + times, 0)
  // One that is broken off early has not seen all of its faults.
  if (!violation) summary.fewestFaults = Math.min(summary.fewestFaults, struck)
  for (const [name, times] of Object.entries(faults) as [FaultName, number][]) {
    summary.faults[name] = (summary.faults[name] ?? 0) + times
  }
  if (violation) summary.failures.push({ seed, violation, faults })
}
