import { figure, type Row } from '@ringkeeper/benchmarks/harness'
import { faultNames } from './faults.ts'
import type { Summary } from './run-schedules.ts'
import type { ViolationKind } from './verdict.ts'

const promises: Readonly<Record<ViolationKind, string>> = {
  lost: 'schedules that lost a record, or end without its position',
  'two owners': 'schedules in which a former owner wrote',
  order: 'schedules with an order violation of a key',
  duplicates: 'schedules with a duplicate that nothing explains',
  paused: 'schedules in which an unmoved shard paused',
  unowned: 'schedules that left a shard unowned',
  'left behind': 'schedules in which a worker that left did not leave all',
  failed: 'schedules in which a worker failed or hung',
}

/** What a run of schedules has shown, as rows with goals, and how often each fault occurred. */
export function simulationRows(summary: Summary, wanted: number): Row[] {
  const broken = (kind: string): number => summary.failures.filter(({ violation }) => violation.kind === kind).length
  return [
    figure('schedules', 'schedules', [summary.schedules], String(wanted)),
    ...Object.entries(promises).map(([kind, work]) => figure(work, 'schedules', [broken(kind)], '0')),
    figure('workers in a schedule, at least', 'workers', [summary.fewestWorkers], '>= 3'),
    figure('faults in a schedule, at least', 'faults', [summary.fewestFaults], '>= 3'),
    figure('workers', 'workers', [summary.workers]),
    figure('records', 'records', [summary.records]),
    figure('records that arrived again after a crash or a failed write', 'records', [summary.duplicates]),
    ...faultNames.map((name) => figure(`fault: ${name}`, 'times', [summary.faults[name] ?? 0])),
  ]
}
