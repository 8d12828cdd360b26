import { figure, type Row } from '@ringkeeper/benchmarks/harness'
import { duplicates, lost, orderViolations, overlaps, tenures } from './checks.ts'
import { handOvers, pausesOfUnmoved, type HandOver } from './pauses.ts'
import type { FleetRun } from './run-fleet.ts'
import type { Scenario } from './scenario.ts'

/** Milliseconds before an event in which the usual pause of a shard is measured. */
const before = 5000

/** Everything that a run must show, as rows with goals. */
export function fleetRows(run: FleetRun, { sessionTimeout, tickTime }: Scenario): Row[] {
  const { written, ends, events, killed, exitCodes } = run
  const owners = tenures(written)
  const moves = handOvers(owners, events)
  const planned = moves.filter(({ event }) => event.type !== 'kill').map(({ took }) => took)
  const afterKill = moves.filter(isTakeOver).map(({ sinceEvent }) => sinceEvent)
  const repeated = duplicates(written, killed)
  const pauses = pausesOfUnmoved(written, moves, events, before).map(
    ({ before, during }) => during / Math.max(1, before),
  )
  return [
    figure('records in the topic', 'records', [sum(ends.values())]),
    figure('lost', 'records', [lost(written, ends)], '0'),
    figure('duplicates', 'records', [repeated.all]),
    figure('duplicates that the kill does not explain', 'records', [repeated.unexplained], '0'),
    figure('order violations of a key', 'records', [orderViolations(written)], '0'),
    figure('shards with two owners at one time', 'shards', [overlaps(owners)], '0'),
    figure(
      'workers that did not exit with 0 after SIGTERM',
      'workers',
      [exitCodes.filter((code) => code !== 0).length],
      '0',
    ),
    quantileRow('planned hand-over of a shard, p50', planned, 0.5, '<= 60'),
    quantileRow('planned hand-over of a shard, p99', planned, 0.99, '<= 250'),
    quantileRow(
      'from kill -9 to the first write of the next owner, longest',
      afterKill,
      1,
      `<= ${sessionTimeout + 1.5 * tickTime + 300}`,
    ),
    { ...quantileRow('longest pause of an unmoved shard, against the 5 s before', pauses, 1, '<= 2'), unit: 'ratio' },
  ]
}

function isTakeOver({ event, from }: HandOver): boolean {
  return event.type === 'kill' && from === event.worker
}

function quantileRow(work: string, values: readonly number[], q: number, goal: string): Row {
  if (values.length === 0) return { work, unit: 'ms', goal, met: false }
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] as number
  return { ...figure(work, 'ms', [value], goal), spread: [sorted[0] as number, sorted.at(-1) as number] }
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
