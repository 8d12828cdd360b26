import { describe, expect, it } from 'vitest'
import { allMet, judge, meets, table } from '../src/index.ts'

describe('figures', () => {
  it('compares with the goal as it is written', () => {
    expect([meets(5, '>= 5'), meets(4.9, '>= 5'), meets(60, '<= 60'), meets(0, '0'), meets(1, '0')]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ])
    expect(() => meets(1, 'fast')).toThrow('not a goal')
  })

  it('judges the ratio where there is one, else the count; a row that did not run has no verdict', () => {
    const rows = judge([
      { work: 'read', rival: 'kafkajs', unit: 'records/s', ours: 9, theirs: 2, ratio: 4.5, goal: '>= 5' },
      { work: 'lost', unit: 'records', ours: 0, goal: '0' },
      { work: 'kcat', unit: 'records/s', goal: '>= 1', skipped: 'not installed' },
      { work: 'rss', unit: 'MB', ours: 3 },
    ])
    expect(rows.map(({ met }) => met)).toEqual([false, true, undefined, undefined])
    expect(allMet(rows)).toBe(false)
    expect(allMet(judge([{ work: 'x', unit: 'x', ours: 1, goal: '>= 2', stretch: true }]))).toBe(true)
  })

  it('prints one line per row', () => {
    expect(table(judge([{ work: 'lost', unit: 'records', ours: 0, goal: '0' }])).split('\n')).toHaveLength(2)
  })
})
