import { HashRing } from '@ringkeeper/hashing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  coalesce,
  createPartitioner,
  defaultPartitioner,
  glom,
  mapPartitions,
  parallelize,
  partitionBy,
  placePartitions,
  rangeBounds,
  repartition,
  repartitionAndSortWithinPartitions,
  sketchInputs,
  type Pair,
} from '../src/index.ts'
import { code } from './assigning.ts'
import { readVectors } from './vectors.ts'

const range = readVectors<{
  slices: { items: number; n: number; sizes: number[] }[]
  coalesce: { parts: number; n: number; groups: number[][] }[]
}>('spark-range')
const shuffle = readVectors<{
  repartition: { items: number; parts: number; n: number; out: number[][] }[]
  defaultPartitioner: { inputs: [numPartitions: number, hasPartitioner: boolean][]; numPartitions: number }[]
}>('spark-shuffle')

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

describe('data in partitions', () => {
  it('is split as Spark splits it', () => {
    for (const { items, n, sizes } of range.slices) {
      const parts = parallelize(count(items), n)
      expect(parts.map(({ length }) => length)).toEqual(sizes)
      expect(parts.flat()).toEqual(count(items))
    }
    expect(parallelize(new Set('abc'), 2)).toEqual([['a'], ['b', 'c']])
    expect(() => parallelize([], 0)).toThrow(/numPartitions/)
  })

  it('is coalesced and repartitioned as Spark does it', () => {
    for (const { parts, n, groups } of range.coalesce) {
      expect(coalesce(parallelize(count(parts), parts), n)).toEqual(groups)
    }
    for (const { items, parts, n, out } of shuffle.repartition) {
      expect(repartition(parallelize(count(items), parts), n)).toEqual(out)
    }
  })

  it('is refused as a flat list, whose texts would be taken for partitions of letters', () => {
    const flat = ['pear', 'fig'] as unknown as Pair<string, string>[][]
    const kafka = createPartitioner<string>({ kind: 'kafka', numPartitions: 2 })
    const uses = [
      () => glom(flat),
      () => coalesce(flat, 1),
      () => repartition(flat, 2),
      () => mapPartitions(flat, (items) => items),
      () => partitionBy(flat, 2),
      () => repartitionAndSortWithinPartitions(flat, kafka),
      () => rangeBounds(flat, 2),
      () => sketchInputs(flat, 2),
      () => glom([1, 2] as never),
      () => glom(undefined as never),
    ]
    for (const use of uses) expect(use).toThrow(code('BAD_OPTION'))
  })

  it('is made of any iterables', () => {
    const parts = [new Set([1, 2]), [3]]
    expect(glom(parts)).toEqual([[1, 2], [3]])
    const numbered = mapPartitions(parts, function* (items, partition) {
      for (const item of items) yield partition * 10 + item
    })
    expect(numbered).toEqual([[1, 2], [13]])
  })
})

describe('partitionBy', () => {
  const pairs = fc.array(fc.tuple(fc.string(), fc.integer()))

  it('brings each key to its partition, in order, and loses nothing', () => {
    const partitioner = createPartitioner<string>({ kind: 'kafka', numPartitions: 5 })
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 4 }), (records, inputs) => {
        const out = partitionBy(parallelize<Pair<string, number>>(records, inputs), partitioner)
        for (const partition of count(5)) {
          expect(out[partition]).toEqual(records.filter(([key]) => partitioner.partition(key) === partition))
        }
      }),
    )
  })

  it("takes a number and a function, as PySpark's, with portable_hash by default", () => {
    const records: Pair<string | number, string>[] = [
      ['Spark', 'x'],
      [-1, 'y'],
      [7, 'z'],
    ]
    const python = createPartitioner({ kind: 'pyspark', numPartitions: 4 })
    expect(partitionBy([records], 4)).toEqual(partitionBy<string | number, string>([records], python))
    expect(partitionBy([[[-1, 'a']] as Pair<number, string>[]], 3, (key) => key)).toEqual([[], [], [[-1, 'a']]])
  })

  it('refuses what a function says that is no whole number', () => {
    for (const partition of [0.5, Number.NaN, '1']) {
      expect(() => partitionBy([[['a', 1]]], 2, () => partition as number)).toThrow(code('BAD_PARTITION'))
    }
    expect(partitionBy([[['a', 1]]], 3, () => -(2n ** 70n))).toEqual([[], [], [['a', 1]]])
  })

  it('refuses a partition that a partitioner does not have, and what is no partitioner', () => {
    const python = createPartitioner({ kind: 'pyspark', numPartitions: 2 })
    const wrong = { numPartitions: 2, partition: () => 2, equals: () => false, toJSON: () => python.toJSON() }
    expect(() => partitionBy([[['a', 1]]], wrong)).toThrow(code('BAD_PARTITION'))
    expect(() => partitionBy([[['a', 1]]], undefined as never)).toThrow(code('BAD_OPTION'))
  })

  it('sorts within partitions and keeps the order of equal keys', () => {
    const partitioner = createPartitioner<number>({ kind: 'range', bounds: [10] })
    const records: Pair<number, string>[] = [
      [12, 'a'],
      [3, 'b'],
      [11, 'c'],
      [3, 'd'],
    ]
    expect(repartitionAndSortWithinPartitions([records], partitioner)).toEqual([
      [
        [3, 'b'],
        [3, 'd'],
      ],
      [
        [11, 'c'],
        [12, 'a'],
      ],
    ])
    const descending = repartitionAndSortWithinPartitions([records], partitioner, { ascending: false })
    expect(descending[1]!.map(([key]) => key)).toEqual([12, 11])
  })
})

describe('defaultPartitioner', () => {
  it("reuses a partitioner by Spark's rule", () => {
    for (const { inputs, numPartitions } of shuffle.defaultPartitioner) {
      const given = inputs.map(([n, has]) => {
        const partitioner = has ? createPartitioner({ kind: 'spark-rdd', numPartitions: n }) : undefined
        return { numPartitions: n, partitioner }
      })
      expect(defaultPartitioner(given).numPartitions).toBe(numPartitions)
    }
  })

  it('makes one of its own where nothing can be reused', () => {
    const small = createPartitioner({ kind: 'kafka', numPartitions: 3 })
    const inputs = [{ numPartitions: 3, partitioner: small }, { numPartitions: 200 }]
    expect(defaultPartitioner(inputs, 50).toJSON()).toMatchObject({ kind: 'spark-rdd', numPartitions: 50 })
    expect(defaultPartitioner(inputs, 2)).toBe(small)
    expect(() => defaultPartitioner([])).toThrow(/inputs/)
  })
})

describe('placePartitions', () => {
  it('puts partitions on nodes by a ring, and moves few when a node comes', () => {
    const ring = new HashRing(['a', 'b', 'c'])
    const before = placePartitions(300, ring, 2)
    expect(before.every((nodes) => new Set(nodes).size === 2)).toBe(true)
    const after = placePartitions(300, ring.add('d'), 2)
    for (const [partition, [owner]] of after.entries()) {
      if (owner !== 'd') expect(owner).toBe(before[partition]![0])
    }
  })
})
