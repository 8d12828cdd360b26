import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPartitioner, fromJSON, mergeParts, SpaceSaving } from '../src/index.ts'
import { code } from './assigning.ts'

describe('hot keys', () => {
  const zipf = (s: number, keys: number, records: number): string[] => {
    let state = 42
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
    const sums = new Float64Array(keys)
    for (let i = 0, sum = 0; i < keys; i++) sums[i] = sum += 1 / (i + 1) ** s
    return Array.from({ length: records }, () => {
      const wanted = random() * sums[keys - 1]!
      let low = 0
      let high = keys - 1
      while (low < high) {
        const middle = (low + high) >>> 1
        if (sums[middle]! > wanted) high = middle
        else low = middle + 1
      }
      return `key-${low}`
    })
  }

  it('go to several partitions, so that none has much more than the others', () => {
    const records = zipf(1.2, 50_000, 300_000)
    const partitioner = createPartitioner({ kind: 'hot-key', numPartitions: 64 })
    for (const key of records) partitioner.partition(key)
    expect(Math.max(...partitioner.loads) / (records.length / 64)).toBeLessThan(1.15)
    expect(partitioner.splitKeys.size / new Set(records).size).toBeLessThan(0.02)
    expect(partitioner.topKeys(1)[0]!.key).toBe('key-0')
  })

  it('are found again and put together', () => {
    const partitioner = createPartitioner({ kind: 'hot-key', numPartitions: 8 })
    const partials = Array.from({ length: 8 }, () => new Map<string, number>())
    const exact = new Map<string, number>()
    for (const key of zipf(1.2, 1000, 20_000)) {
      const partition = partitioner.partition(key)
      expect(partitioner.partitionsOf(key)).toContain(partition)
      partials[partition]!.set(key, (partials[partition]!.get(key) ?? 0) + 1)
      exact.set(key, (exact.get(key) ?? 0) + 1)
    }
    expect(mergeParts(partials, (a, b) => a + b)).toEqual(exact)
  })

  it('are one key as text and as bytes, as a number and as a bigint', () => {
    const partitioner = createPartitioner({ kind: 'hot-key', numPartitions: 8 })
    for (const [one, other] of [
      [7n, 7],
      ['a', new TextEncoder().encode('a')],
    ] as const) {
      for (let i = 0; i < 100; i++) partitioner.partition(one)
      expect(partitioner.partitionsOf(one).length).toBeGreaterThan(1)
      expect(partitioner.partitionsOf(other)).toEqual(partitioner.partitionsOf(one))
    }
  })

  it('stay split, and so tell a partitioner that has learned from a new one', () => {
    const description = { kind: 'hot-key', numPartitions: 8 } as const
    const partitioner = createPartitioner(description)
    expect(partitioner.equals(createPartitioner(description))).toBe(true)
    for (let i = 0; i < 100; i++) partitioner.partition('a')
    for (let i = 0; i < 10_000; i++) partitioner.partition(`key-${i}`)
    expect(partitioner.splitKeys.get('a')).toBe(8)
    expect(partitioner.equals(createPartitioner(description))).toBe(false)
    expect(fromJSON(partitioner.toJSON()).equals(partitioner)).toBe(true)
  })

  it('are counted in fixed memory, never too low and never too high by more than the error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 300 }),
        fc.integer({ min: 1, max: 10 }),
        (keys, capacity) => {
          const counted = new SpaceSaving<number>(capacity)
          const half = new SpaceSaving<number>(capacity)
          const rest = new SpaceSaving<number>(capacity)
          const exact = new Map<number, number>()
          for (const [i, key] of keys.entries()) {
            counted.add(key)
            ;(i % 2 === 0 ? half : rest).add(key)
            exact.set(key, (exact.get(key) ?? 0) + 1)
          }
          for (const sketch of [counted, half.merge(rest)]) {
            expect(sketch.total).toBe(keys.length)
            for (const { key, count, error } of sketch.top()) {
              expect(count).toBeGreaterThanOrEqual(exact.get(key) ?? 0)
              expect(count - error).toBeLessThanOrEqual(exact.get(key) ?? 0)
            }
          }
          for (const [key, count] of exact) {
            if (count > keys.length / capacity) expect(counted.get(key)).toBeDefined()
          }
        },
      ),
    )
  })

  it('are counted by numbers above 0 only', () => {
    for (const count of [0, -1, Number.NaN]) {
      expect(() => new SpaceSaving<string>(2).add('a', count)).toThrow(code('BAD_OPTION'))
    }
  })
})
