import { figure, type Row } from '@ringkeeper/benchmarks/harness'
import { faults, type FaultName } from './faults.ts'
import type { ViolationKind } from './ledger.ts'
import type { Summary } from './run-schedules.ts'

const promises: Record<ViolationKind, string> = {
  lost: 'schedules that lost a record',
  'two owners': 'schedules in which a former owner wrote',
  order: 'schedules with an order violation of a key',
  unowned: 'schedules that left a shard unowned',
  failed: 'schedules in which a worker failed',
}

/** What a run of schedules has shown, as rows with goals, and how often each fault occurred. */
export function simulationRows(summary: Summary, wanted: number): Row[] {
  const broken = (kind: string): number => summary.failures.filter(({ violation }) => violation.kind === kind).length
  const names = Object.keys(faults) as FaultName[]
  return [
    figure('schedules', 'schedules', [summary.schedules], String(wanted)),
    ...Object.entries(promises).map(([kind, work]) => figure(work, 'schedules', [broken(kind)], '0')),
    figure('workers', 'workers', [summary.workers]),
    figure('records', 'records', [summary.records]),
    figure('records that arrived again', 'records', [summary.duplicates]),
    ...names.map((name) => figure(`fault: ${name}`, 'times', [summary.faults[name] ?? 0])),
  ]
}
