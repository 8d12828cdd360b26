import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  coalesceSizes,
  rebalancePlan,
  repairRanges,
  skewReport,
  SpaceSaving,
  splitSkewed,
  type PartitionLoad,
} from '../src/index.ts'
import { code } from './assigning.ts'
import { readVectors } from './vectors.ts'

const vectors = readVectors<{
  coalesce: {
    sizes: number[]
    target: number
    leastSize: number
    leastPartitions: number
    runs: [start: number, end: number][] | null
  }[]
  splits: { sizes: number[]; target: number; starts: number[] }[]
}>('spark-shuffle')

describe('skewReport', () => {
  it('says how uneven loads are', () => {
    const keys = new SpaceSaving<string>(10)
    for (const key of ['a', 'a', 'b']) keys.add(key)
    const report = skewReport([1, 3, 0, 4], { keys, top: 1 })
    expect(report).toMatchObject({ partitions: 4, total: 8, mean: 2, least: 0, most: 4, maxOverMean: 2, empty: 1 })
    expect(report.p99OverMean).toBe(2)
    expect(report.gini).toBeCloseTo(0.4375)
    expect(report.largest).toEqual([{ partition: 3, load: 4 }])
    expect(report.topKeys).toEqual([{ key: 'a', count: 2, error: 0, share: 2 / 3 }])
  })

  it('has no opinion where there is nothing', () => {
    expect(() => skewReport([1], { top: -1 })).toThrow(code('BAD_OPTION'))
    expect(skewReport([])).toMatchObject({ partitions: 0, total: 0, maxOverMean: 1, gini: 0 })
    expect(skewReport([0, 0])).toMatchObject({ maxOverMean: 1, p99OverMean: 1, gini: 0, empty: 2 })
    expect(skewReport([5, 5, 5]).gini).toBeCloseTo(0)
    expect(() => skewReport([-1])).toThrow(/loads/)
  })
})

describe('rebalancePlan', () => {
  const loads = fc.array(fc.record({ node: fc.constantFrom('a', 'b', 'c'), load: fc.integer({ min: 0, max: 100 }) }), {
    minLength: 1,
  })
  const numbered = (given: readonly { node: string; load: number }[]): PartitionLoad[] =>
    given.map((each, partition) => ({ partition, ...each }))

  it('never makes it worse, keeps to its limits, and moves what is there', () => {
    fc.assert(
      fc.property(loads, fc.nat(6), fc.nat(300), (given, maxMoves, maxBytes) => {
        const plan = rebalancePlan(numbered(given), { maxMoves, maxBytes, nodes: ['a', 'b', 'c'] })
        expect(plan.imbalanceAfter).toBeLessThanOrEqual(plan.imbalanceBefore)
        expect(plan.moves.length).toBeLessThanOrEqual(maxMoves)
        expect(plan.bytes).toBeLessThanOrEqual(maxBytes)
        const nodes = given.map(({ node }): string => node)
        for (const { partition, from, to } of plan.moves) {
          expect(given[partition as number]!.node).toBe(from)
          expect(to).not.toBe(from)
          nodes[partition as number] = to
        }
        expect(new Set(plan.moves.map(({ partition }) => partition)).size).toBe(plan.moves.length)
        expect(plan.bytes).toBe(plan.moves.reduce((sum, { bytes }) => sum + bytes, 0))
        const sums = ['a', 'b', 'c'].map((id) =>
          given.reduce((sum, { load }, i) => sum + (nodes[i] === id ? load : 0), 0),
        )
        const total = sums.reduce((sum, load) => sum + load, 0)
        expect(plan.imbalanceAfter).toBeCloseTo(total === 0 ? 1 : Math.max(...sums) / (total / 3))
      }),
    )
  })

  it('fills a node that has come', () => {
    const given = numbered(Array.from({ length: 40 }, (_, i) => ({ node: i % 2 === 0 ? 'a' : 'b', load: 10 })))
    const plan = rebalancePlan(given, { nodes: ['c'], targetImbalance: 1.06 })
    expect(plan.reached).toBe(true)
    expect(plan.moves.every(({ to }) => to === 'c')).toBe(true)
    expect(plan.moves.length).toBe(12)
  })

  it('exchanges where no move alone helps', () => {
    const given = numbered([
      { node: 'a', load: 60 },
      { node: 'a', load: 50 },
      { node: 'b', load: 45 },
      { node: 'b', load: 45 },
    ])
    const plan = rebalancePlan(given, { targetImbalance: 1 })
    expect(plan.moves.length).toBe(2)
    expect(plan.imbalanceAfter).toBeLessThan(1.06)
  })
})

describe('rebalancePlan of many', () => {
  it('moves each partition once, straight to where it ends up', () => {
    // By steps some of these go on from a node that has become the fullest, or come back.
    const given = Array.from({ length: 400 }, (_, i) => {
      return { partition: i, node: `n${(i * i) % 20}`, load: ((i * 7919) % 97) ** 2 + 1 }
    })
    const plan = rebalancePlan(given, { targetImbalance: 1.0001 })
    expect(plan.reached).toBe(true)
    expect(new Set(plan.moves.map(({ partition }) => partition)).size).toBe(plan.moves.length)
    for (const { partition, from, to } of plan.moves) {
      expect(from).toBe(given[partition as number]!.node)
      expect(to).not.toBe(from)
    }
  })

  it('relieves other nodes where the fullest one cannot be', () => {
    const loads = [100, 30, 30].map((load, partition) => ({ partition, load, node: partition === 0 ? 'a' : 'b' }))
    const plan = rebalancePlan(loads, { nodes: ['a', 'b', 'c'] })
    expect(plan.moves).toEqual([{ partition: 1, from: 'b', to: 'c', load: 30, bytes: 30 }])
    expect(plan.reached).toBe(false)
  })

  it('takes time in proportion to what it moves', () => {
    const given = Array.from({ length: 100_000 }, (_, i) => {
      return { partition: i, node: `n${Math.floor(100 * Math.sin(i) ** 4)}`, load: 1 + ((i * 7919) % 997) }
    })
    expect(rebalancePlan(given, { targetImbalance: 1.01 }).reached).toBe(true)
  })

  it('refuses what cannot be planned for', () => {
    const one = { partition: 0, node: 'a', load: 1 }
    for (const loads of [[], [one, one], [{ ...one, load: -1 }], [{ ...one, bytes: NaN }], [{ ...one, node: '' }]]) {
      expect(() => rebalancePlan(loads)).toThrow(code('BAD_OPTION'))
    }
    for (const limits of [{ targetImbalance: 0.9 }, { maxMoves: -1 }, { maxBytes: NaN }]) {
      expect(() => rebalancePlan([one], limits)).toThrow(code('BAD_OPTION'))
    }
  })
})

describe('repairRanges', () => {
  it('splits what is too large at keys of the sample, and merges small neighbours', () => {
    const sample = Array.from({ length: 100 }, (_, i) => i)
    const { bounds, changes, unsplit } = repairRanges([9, 19, 29, 89], [5, 5, 10, 300, 8], { splitAbove: 100, sample })
    expect(bounds).toEqual([29, 49, 69, 89])
    expect(changes).toEqual([
      { change: 'merge', first: 0, last: 2 },
      { change: 'split', range: 3, at: [49, 69] },
    ])
    expect(unsplit).toEqual([])
  })

  it('says which ranges it cannot split', () => {
    expect(repairRanges([1, 2], [1, 900, 1], { splitAbove: 100, sample: [2, 2, 2] })).toMatchObject({
      bounds: [1, 2],
      changes: [],
      unsplit: [1],
    })
  })

  it('keeps bounds in order', () => {
    const sizes = fc.array(fc.nat(300), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: -20, max: 150 })), (given, sample) => {
        const before = given.slice(1).map((_, i) => i * 10)
        const { bounds } = repairRanges(before, given, { splitAbove: 100, sample })
        for (let i = 1; i < bounds.length; i++) expect(bounds[i]!).toBeGreaterThan(bounds[i - 1]!)
      }),
    )
  })

  it('looks at the sample of each range alone, so that many of both take no time', () => {
    const bounds = Array.from({ length: 4000 }, (_, i) => (i + 1) * 100)
    const sample = Array.from({ length: 400_000 }, (_, i) => (i * 7919) % 400_100)
    const sizes = [...bounds, 0].map(() => 90)
    expect(repairRanges(bounds, sizes, { splitAbove: 50, sample }).changes.length).toBe(4001)
  })

  it('refuses sizes that do not fit', () => {
    expect(() => repairRanges([1], [1], { splitAbove: 10 })).toThrow(/sizes/)
    expect(() => repairRanges([1], [1, 1], { splitAbove: 10, mergeBelow: 20 })).toThrow(/mergeBelow/)
    expect(() => repairRanges([1], [1, NaN], { splitAbove: 10 })).toThrow(/sizes/)
    expect(() => repairRanges([2, 1], [1, 1, 1], { splitAbove: 10 })).toThrow(/bound 1/)
  })
})

describe("repair as Spark's adaptive execution does it", () => {
  it('puts small partitions together', () => {
    for (const { sizes, target, runs, ...least } of vectors.coalesce) {
      // Spark answers nothing where all it could say is that nothing changes.
      const expected = runs ?? sizes.map((_, i) => [i, i + 1])
      expect(coalesceSizes(sizes, target, least).map(({ start, end }) => [start, end])).toEqual(expected)
    }
  })

  it('puts sizes of any unit together, as Spark 4.0.1 answers for these', () => {
    const runsOf = (sizes: number[], target: number, leastPartitions: number): number[][] =>
      coalesceSizes(sizes, target, { leastPartitions }).map(({ start, end }) => [start, end])
    expect(runsOf([0, 13, 1, 7], 174, 6)).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ])
    expect(runsOf([0, 16], 48, 3)).toEqual([[1, 2]])
  })

  it('splits large ones between their pieces', () => {
    for (const { sizes, target, starts } of vectors.splits) {
      const size = sizes.reduce((sum, piece) => sum + piece, 0)
      const [split] = splitSkewed([size, 0, 0], 0.5, 0, { advisorySize: target, pieces: [sizes, [], []] })
      expect(split?.parts.map(({ start }) => start) ?? [0]).toEqual(starts)
    }
  })

  it('leaves alone what is not large, by factor and by threshold', () => {
    expect(splitSkewed([10, 10, 51], 5, 0, { advisorySize: 10 })).toEqual([
      { partition: 2, size: 51, parts: Array.from({ length: 6 }, (_, i) => ({ start: i, end: i + 1, size: 8.5 })) },
    ])
    expect(splitSkewed([10, 10, 50], 5, 0)).toEqual([])
    expect(splitSkewed([10, 10, 51], 5, 100)).toEqual([])
    expect(splitSkewed([])).toEqual([])
  })
})
