import { describe, expect, it } from 'vitest'
import {
  coalesceSizes,
  createAssignor,
  defaultPartitioner,
  determineBounds,
  keyColumns,
  mergeParts,
  parallelize,
  placePartitions,
  rangeBounds,
  rebalancePlan,
  repairRanges,
  skewReport,
  splitSkewed,
} from '../src/index.ts'

/** What no compiler lets through, and plain JavaScript does. */
const wrong = (value: unknown): never => value as never

describe('what is of a wrong type is refused with a code', () => {
  const sticky = createAssignor({ kind: 'sticky' })
  it.each<readonly [string, () => unknown]>([
    ['sizes to coalesce', () => coalesceSizes(wrong(null), 10)],
    ['sizes that are text', () => coalesceSizes(wrong('123'), 10)],
    ['sizes to split', () => splitSkewed(wrong(undefined))],
    ['loads to report', () => skewReport(wrong(null))],
    ['null for options of a report', () => skewReport([1], wrong(null))],
    ['null for options of bounds', () => rangeBounds([[1]], 2, wrong(null))],
    ['loads to even out', () => rebalancePlan(wrong({}))],
    ['null for options of a plan', () => rebalancePlan([], wrong(null))],
    ['null for options of ranges', () => repairRanges([1], [1, 2], wrong(null))],
    ['null for options of an assignment', () => sticky.assign(undefined, ['a'], 3, wrong(null))],
    ['null for weights', () => sticky.assign(undefined, ['a'], 3, wrong({ weights: null }))],
    ['inputs of a default partitioner', () => defaultPartitioner(wrong('ab'))],
    ['candidates of bounds', () => determineBounds(wrong(undefined), 3)],
    ['keys to put into columns', () => keyColumns(wrong('ab'))],
    ['parts to merge', () => mergeParts(wrong(5), (a: number) => a)],
    ['a part to merge', () => mergeParts(wrong([null]), (a: number) => a)],
    ['items to share out', () => parallelize(wrong(undefined), 3)],
    ['a router to place with', () => placePartitions(3, wrong(['a', 'b']))],
  ])('%s', (_, use) => {
    expect(use).toThrow(expect.objectContaining({ code: 'RK_PARTITIONING_BAD_OPTION' }))
  })
})
