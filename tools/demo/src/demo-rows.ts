import { figure, median, type Row } from '@ringkeeper/benchmarks/harness'
import { duplicates, lost, orderViolations, overlaps, tenures } from '@ringkeeper-tools/verify/checks'
import { handOvers } from '@ringkeeper-tools/verify/pauses'
import type { DemoRun } from './run-demo.ts'
import type { DemoSettings } from './settings.ts'

/** What the demo shows, as rows with goals. */
export function demoRows({ ledger, killed, fenced, events }: DemoRun, settings: DemoSettings): Row[] {
  const { entries } = ledger
  const owners = tenures(entries)
  const moves = handOvers(owners, events)
  const killedAt = events.find(({ type }) => type === 'kill')?.at ?? 0
  const afterKill = moves
    .filter(({ from }) => from === killed.worker)
    .map(({ event, sinceEvent }) => event.at + sinceEvent - killedAt)
    .filter((took) => took >= 0)
  const planned = moves.filter(({ from }) => from !== killed.worker)
  const starved = { worker: 'any', committed: new Map(fenced.map((partition) => [partition, 0])) }
  const repeated = duplicates(entries, [killed, starved])
  const notOfTheKill = duplicates(entries, [killed]).unexplained
  const targets = Map.groupBy(entries, ({ target }) => target)
  return [
    figure('records in', 'records', [settings.records]),
    ...[...targets].map(([target, written]) => figure(`records out to ${target}`, 'records', [written.length])),
    figure('lost', 'records', [lost(entries, ends(settings))], '0'),
    figure('duplicates', 'records', [repeated.all]),
    figure(`duplicates: ${killed.worker} was killed before it had committed them`, 'records', [
      repeated.all - notOfTheKill,
    ]),
    ...(fenced.length === 0
      ? []
      : [
          figure('duplicates: a living worker lost the lease of their shard', 'records', [
            notOfTheKill - repeated.unexplained,
          ]),
        ]),
    figure('duplicates that no lost lease explains', 'records', [repeated.unexplained], '0'),
    figure('leases lost by living workers, for want of processor time', 'leases', [fenced.length]),
    figure('order violations of a key', 'records', [orderViolations(entries)], '0'),
    figure('shards with two owners at one time', 'shards', [overlaps(owners)], '0'),
    timesRow(
      'planned hand-over of a shard, median',
      planned.map(({ took }) => took),
    ),
    timesRow('from the kill to the first write of the next owner, median', afterKill),
  ]
}

function timesRow(work: string, times: readonly number[]): Row {
  return times.length === 0 ? { work, unit: 'ms', skipped: 'no shard moved' } : figure(work, 'ms', [median(times)])
}

/** The number of records of each shard. */
function ends({ records, shards }: DemoSettings): Map<number, number> {
  return new Map(
    Array.from({ length: shards }, (_, partition) => [
      partition,
      Math.floor(records / shards) + (partition < records % shards ? 1 : 0),
    ]),
  )
}
