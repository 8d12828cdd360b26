import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Jump, jump, JumpBack, jumpBack } from '../src/index.ts'
import { keys, names, readVectors } from './vectors.ts'

interface Vectors {
  readonly keys: readonly string[]
  readonly buckets: readonly number[]
  readonly jump: readonly number[]
  readonly jumpBack: readonly number[]
}

const vectors = readVectors<Vectors>('jump.json')
const algorithms = { jump, jumpBack }

describe.each(Object.entries(algorithms))('%s', (name, place) => {
  it('agrees with its reference in Java', () => {
    const placed = vectors.keys.map((key, i) => place(BigInt(key), vectors.buckets[i]!))
    expect(placed).toEqual(vectors[name as keyof typeof algorithms])
  })

  it('takes a safe integer like the bigint of its value', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 100_000 }), (key, buckets) => {
        expect(place(key, buckets)).toBe(place(BigInt(key), buckets))
        expect(place(BigInt.asUintN(64, BigInt(key)), buckets)).toBe(place(key, buckets))
      }),
    )
  })

  it('moves a key only to the bucket that is added', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 1, max: 5000 }), (key, buckets) => {
        const before = place(key, buckets)
        expect([before, buckets]).toContain(place(key, buckets + 1))
        expect(before).toBeLessThan(buckets)
      }),
    )
  })

  it.each([0, -1, 1.5, 2 ** 31, Number.NaN])('refuses %s buckets', (buckets) => {
    expect(() => place(1, buckets)).toThrow(expect.objectContaining({ code: 'RK_HASHING_BAD_OPTION' }))
  })

  it.each([1.5, Number.NaN, 2 ** 53, 2n ** 64n, '1'])('refuses the key %s', (key) => {
    expect(() => place(key as number, 10)).toThrow(expect.objectContaining({ code: 'RK_HASHING_BAD_KEY' }))
  })
})

it('jump and jumpBack give the known values', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7].map((key) => jump(key, 100))).toEqual([0, 55, 62, 8, 45, 59, 86, 97])
  expect([2, 3].map((buckets) => jumpBack(0x7f7487ee708c8a96n, buckets))).toEqual([1, 1])
})

it.each([
  // The paper's form rounds twice where Guava rounds once.
  [1673232497983283878n, [64, 65, 1000], [48, 64, 248]],
  // Guava's int overflows at the largest draw.
  [-1378172617505958997n, [2, 100], [0, 0]],
] as const)('jump agrees with Guava for %i too, for which the paper does not', (key, buckets, expected) => {
  expect(buckets.map((count) => jump(key, count))).toEqual(expected)
})

describe.each(Object.entries({ Jump, JumpBack }))('%s', (_, Router) => {
  it('moves keys only to the node that is pushed, and back when it is popped', () => {
    const before = new Router(names(20))
    const after = before.push('new')
    for (const key of keys(2000)) expect([before.get(key), 'new']).toContain(after.get(key))
    expect(after.pop().checksum).toBe(before.checksum)
    expect(after.version).toBe(1)
  })

  it('lists distinct nodes, the owner first', () => {
    const router = new Router(names(12))
    for (const key of keys(200)) {
      const all = router.getN(key, 99)
      expect(all[0]).toBe(router.get(key))
      expect(new Set(all).size).toBe(12)
      expect(router.getN(key, 3)).toEqual(all.slice(0, 3))
    }
  })

  it('lists fewer nodes as the beginning of more, also where some are not drawn', () => {
    for (const router of [2, 3, 4, 5].map((count) => new Router(names(count)))) {
      for (const key of keys(1000)) {
        const all = router.getN(key, 5)
        for (let count = 1; count < all.length; count++) expect(router.getN(key, count)).toEqual(all.slice(0, count))
      }
    }
  })

  it('shares keys out evenly', () => {
    const router = new Router(names(10))
    const counts = new Map<string, number>()
    for (const key of keys(50_000)) counts.set(router.get(key)!, (counts.get(router.get(key)!) ?? 0) + 1)
    expect(Math.max(...counts.values())).toBeLessThan(5000 * 1.06)
  })

  it('without nodes answers undefined and cannot be popped', () => {
    const empty = new Router()
    expect(empty.get('a')).toBeUndefined()
    expect(empty.getN('a', 2)).toEqual([])
    expect(() => empty.pop()).toThrow(expect.objectContaining({ code: 'RK_HASHING_UNKNOWN_NODE' }))
  })
})
