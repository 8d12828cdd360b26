import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPartitioner, determineBounds, rangeBounds, rangePartitioner, reservoirSample } from '../src/index.ts'
import { code } from './assigning.ts'
import { readVectors } from './vectors.ts'

interface RangeVectors {
  readonly reservoirs: readonly { items: number; size: number; seed: number; sample: number[]; count: number }[]
  readonly bounds: readonly { partitions: number; candidates: [number, number][]; bounds: number[] }[]
  readonly partitioners: readonly {
    readonly items: number
    readonly inputs: number
    readonly partitions: number
    readonly ascending: boolean
    readonly rddId: number
    readonly numPartitions: number
    readonly bounds: number[]
    readonly probes: [number, number][]
    readonly probesAtBounds: [number, number][]
  }[]
}

const vectors = readVectors<RangeVectors>('spark-range')

/** The numbers that the RDDs of the vectors held. */
function itemsOf(count: number): number[] {
  let state = BigInt(count)
  return Array.from({ length: count }, () => {
    state = (state * 1103515245n + 12345n) & 0x7fffffffn
    return Number(state % 1000003n)
  })
}

function sliced<T>(items: readonly T[], count: number): T[][] {
  const at = (i: number): number => Math.floor((i * items.length) / count)
  return Array.from({ length: count }, (_, i) => items.slice(at(i), at(i + 1)))
}

describe('range', () => {
  it('samples what Spark samples', () => {
    for (const { items, size, seed, sample, count } of vectors.reservoirs) {
      const keys = Array.from({ length: items }, (_, i) => i)
      expect(reservoirSample(keys, size, seed)).toEqual({ sample, count })
      expect(reservoirSample(new Set(keys), size, seed)).toEqual({ sample, count })
    }
  })

  it('determines the bounds that Spark determines', () => {
    for (const { partitions, candidates, bounds } of vectors.bounds) {
      expect(determineBounds(candidates, partitions)).toEqual(bounds)
    }
  })

  it("makes Spark's partitioner of the same data, ascending and descending", () => {
    for (const { items, inputs, partitions, ascending, rddId, ...spark } of vectors.partitioners) {
      const options = { samplesPerPartition: 20, rddId, ascending }
      const partitioner = rangePartitioner(sliced(itemsOf(items), inputs), partitions, options)
      expect(partitioner.bounds).toEqual(spark.bounds)
      expect(partitioner.numPartitions).toBe(spark.numPartitions)
      for (const [key, partition] of [...spark.probes, ...spark.probesAtBounds]) {
        expect(partitioner.partition(key)).toBe(partition)
      }
    }
  })

  it('keeps the order of keys over partitions', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        (keys, n) => {
          const partitioner = rangePartitioner([keys], n)
          const sorted = keys.toSorted((a, b) => a - b).map((key) => partitioner.partition(key))
          expect(sorted).toEqual(sorted.toSorted((a, b) => a - b))
        },
      ),
    )
  })

  it('finds the same partition with numbers as with a comparator', () => {
    const bounds = Array.from({ length: 37 }, (_, i) => i * i)
    const plain = createPartitioner<number>({ kind: 'range', bounds })
    const comparators = { byValue: (a: number, b: number): number => a - b }
    const compared = createPartitioner<number>({ kind: 'range', bounds, comparator: 'byValue' }, { comparators })
    for (let key = -2; key < 1400; key++) expect(compared.partition(key)).toBe(plain.partition(key))
    expect(plain.partition(Number.NaN)).toBe(37)
    const endless = createPartitioner<number>({ kind: 'range', bounds: [1, Infinity, Number.NaN] })
    expect([0, 5, Infinity, Number.NaN].map((key) => endless.partition(key))).toEqual([0, 1, 1, 2])
  })

  it('shares skewed keys out evenly with its own number of samples', () => {
    const keys = Float64Array.from({ length: 200_000 }, (_, i) => Math.exp(3 * Math.sin(i * 12.9898)) + i * 1e-7)
    const partitioner = rangePartitioner([keys], 64)
    const counts = new Int32Array(64)
    for (const partition of partitioner.partitionBatch(keys)) counts[partition]!++
    expect(Math.max(...counts) / (keys.length / 64)).toBeLessThan(1.1)
  })

  it('has fewer partitions where keys are few or repeat, and one where there are none', () => {
    expect(rangeBounds([[1, 1, 1, 2]], 10)).toEqual([1, 2])
    expect(rangePartitioner<number>([[]], 10).numPartitions).toBe(1)
  })

  it('compares strings, bytes and bigints, in columns too', () => {
    const text = createPartitioner<string>({ kind: 'range', bounds: ['b', 'd'] })
    expect(['a', 'b', 'bb', 'd', 'é'].map((key) => text.partition(key))).toEqual([0, 0, 1, 1, 2])
    const bytes = createPartitioner<Uint8Array>({ kind: 'range', bounds: [Uint8Array.of(5), Uint8Array.of(5, 1)] })
    expect([[4], [5], [5, 0], [6]].map((key) => bytes.partition(Uint8Array.from(key)))).toEqual([0, 0, 1, 2])
    expect(createPartitioner<bigint>({ kind: 'range', bounds: [10n ** 20n] }).partition(10n ** 21n)).toBe(1)
  })

  it('counts an input that can be read only once for what it is', () => {
    const few = Array.from({ length: 9 }, (_, i) => [i, i + 10])
    const many = Array.from({ length: 10_000 }, (_, i) => 1000 + i)
    const bounds = rangeBounds([many.values(), ...few], 4, { samplesPerPartition: 20 })
    expect(bounds).toHaveLength(3)
    expect(bounds.every((bound) => bound >= 1000)).toBe(true)
  })

  it('refuses numbers of ranges and weights that cannot be', () => {
    for (const count of [0, -1, 1.5, Number.NaN]) {
      expect(() => determineBounds([[1, 1]], count)).toThrow(code('BAD_OPTION'))
    }
    for (const weight of [-1, Number.NaN, Infinity]) {
      expect(() => determineBounds([[1, weight]], 2)).toThrow(code('BAD_OPTION'))
    }
    expect(() => rangeBounds([[1]], 0)).toThrow(code('BAD_OPTION'))
    expect(rangeBounds([[]], 2)).toEqual([])
  })

  it('refuses bounds that are not in order, keys that do not compare, and a wrong number', () => {
    expect(() => createPartitioner({ kind: 'range', bounds: [1, 1] })).toThrow(/bound 1/)
    expect(() => createPartitioner({ kind: 'range', bounds: [2, 1] })).toThrow(
      expect.objectContaining({ code: 'RK_PARTITIONING_UNSORTED_BOUNDS' }) as Error,
    )
    expect(() => createPartitioner({ kind: 'range', bounds: [1] }).partition('a')).toThrow(
      expect.objectContaining({ code: 'RK_PARTITIONING_BAD_KEY' }) as Error,
    )
    expect(() => createPartitioner({ kind: 'range', bounds: [1], numPartitions: 3 })).toThrow(/numPartitions/)
  })
})
