import { describe, expect, it } from 'vitest'
import { demoRows } from '../src/demo-rows.ts'
import type { DemoFleet } from '../src/fleet.ts'
import { Ledger, type LedgerEntry } from '../src/ledger.ts'
import { runDemo } from '../src/run-demo.ts'
import { defaultSettings } from '../src/settings.ts'

describe('the demo', { timeout: 60_000 }, () => {
  it('loses nothing when a worker is killed and another one joins', async () => {
    const settings = { ...defaultSettings, records: 12_000, rate: 6000, keys: 200 }
    const told: string[] = []
    const finished: number[] = []
    const show = (fleet: DemoFleet): void => void finished.push(fleet.finishedShards)
    const run = await runDemo(settings, { show, tell: (what) => void told.push(what) })
    const rows = demoRows(run, settings)
    expect(rows.filter(({ met }) => met === false)).toEqual([])
    expect(rows.find(({ work }) => work === 'lost')).toMatchObject({ ours: 0, met: true })
    // What nobody owns at the end is said to be finished, not lost.
    expect([finished[0], finished.at(-1)]).toEqual([0, settings.shards])
    expect(told.map((what) => what.split(' ').slice(0, 3).join(' '))).toEqual([
      'ada joins',
      'ben joins',
      'cleo joins',
      'ben is killed:',
      'dora joins',
    ])
  })
})

describe("the demo's table", () => {
  const settings = { ...defaultSettings, records: 6, shards: 2, keys: 2 }
  const entry = (offset: number, token = 1n, worker = 'ada'): LedgerEntry => ({
    partition: 0,
    offset,
    key: 'a',
    target: 'north',
    worker,
    token,
    at: 1000 + offset,
  })
  const other = [0, 1, 2].map((offset) => ({ ...entry(offset), partition: 1 }))
  const killed = { worker: 'ben', committed: new Map() }
  const verdicts = (entries: readonly LedgerEntry[]): Record<string, number | undefined> => {
    const ledger = new Ledger()
    ledger.entries.push(...entries)
    const rows = demoRows({ ledger, killed, fenced: [], events: [] }, settings)
    return Object.fromEntries(rows.filter(({ met }) => met === false).map(({ work, ours }) => [work, ours]))
  }

  it('finds nothing where every record is there once', () => {
    expect(verdicts([...[0, 1, 2].map((offset) => entry(offset)), ...other])).toEqual({})
  })

  it('says why there are duplicates', () => {
    const ledger = new Ledger()
    ledger.entries.push(...[0, 1, 2].map((offset) => entry(offset)), entry(2, 2n, 'dora'), ...other)
    ledger.entries.push(...[0, 1].map((offset) => ({ ...entry(offset, 2n, 'cleo'), partition: 1 })))
    const figures = (fenced: readonly number[], committed: ReadonlyMap<number, number>): unknown[] =>
      demoRows({ ledger, killed: { worker: 'ben', committed }, fenced, events: [] }, settings)
        .filter(({ work }) => /duplicates|leases/.test(work))
        .map(({ work, ours }) => [work, ours])
    expect(figures([1], new Map([[0, 2]]))).toEqual([
      ['duplicates', 3],
      ['duplicates: ben was killed before it had committed them', 1],
      ['duplicates: a living worker lost the lease of their shard', 2],
      ['duplicates that no lost lease explains', 0],
      ['leases lost by living workers, for want of processor time', 1],
    ])
  })

  it.each([
    ['lost', [entry(0), entry(2)], { lost: 1 }],
    [
      'duplicates that no lost lease explains',
      [entry(0), entry(1), entry(2), entry(2, 2n, 'dora')],
      { 'duplicates that no lost lease explains': 1 },
    ],
    ['order violations of a key', [entry(1), entry(0), entry(2)], { 'order violations of a key': 1 }],
    [
      'two owners at one time',
      [entry(0), entry(2), { ...entry(1, 2n, 'dora') }],
      { 'order violations of a key': 1, 'shards with two owners at one time': 1 },
    ],
  ])('finds %s', (_, entries, expected) => {
    expect(verdicts([...entries, ...other])).toEqual(expected)
  })
})
