import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  crc32,
  fnv1a,
  javaHashCode,
  md5,
  murmur2,
  murmur3,
  sipHash13,
  sipHash24,
  sparkMurmur3,
  xxh32,
  xxh64,
} from '../src/index.ts'
import { readVectors } from './vectors.ts'

interface Vectors extends Record<string, readonly (string | number)[]> {
  readonly keys: readonly string[]
}

const vectors = readVectors<Vectors>('hash-functions.json')
const secret = Uint8Array.from({ length: 16 }, (_, i) => i)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const answers: Record<string, (key: string) => string | number> = {
  murmur2,
  murmur3: (key) => murmur3(key),
  murmur3Seed42: (key) => murmur3(key, 42),
  xxh32: (key) => xxh32(key),
  xxh32Seed7: (key) => xxh32(key, 7),
  xxh64: (key) => String(xxh64(key)),
  xxh64Seed1: (key) => String(xxh64(key, 1)),
  xxh64SeedBig: (key) => String(xxh64(key, 0xfedcba9876543210n)),
  sipHash13: (key) => String(sipHash13(key, secret)),
  sipHash24: (key) => String(sipHash24(key, secret)),
  crc32: (key) => crc32(key),
  md5: (key) => hex(md5(key)),
  javaHashCode,
  sparkMurmur3: (key) => sparkMurmur3(key),
}

describe('hash functions agree with other programs', () => {
  it.each(Object.entries(answers))('%s', (name, hash) => {
    expect(vectors.keys.map(hash)).toEqual(vectors[name])
  })

  it('fnv1a on the published values', () => {
    expect([fnv1a(''), fnv1a('a'), fnv1a('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
  })

  it("sparkMurmur3 takes a number as Spark's int and a bigint as its long", () => {
    expect(vectors['sparkInts']!.map((n) => sparkMurmur3(Number(n)))).toEqual(vectors['sparkInt'])
    expect(vectors['sparkLongs']!.map((n) => sparkMurmur3(BigInt(n)))).toEqual(vectors['sparkLong'])
  })

  it('on the values of the known examples', () => {
    expect([murmur2('foobar'), murmur2('abc'), murmur2('')]).toEqual([-790332482, 479470107, 275646681])
    expect(sparkMurmur3('Spark')).toBe(228093765)
    expect(javaHashCode('Spark')).toBe(80085693)
  })
})

const overBytes: Record<string, (data: string | Uint8Array, start?: number, end?: number) => unknown> = {
  murmur2,
  murmur3: (data, start, end) => murmur3(data, 5, start, end),
  xxh32: (data, start, end) => xxh32(data, 5, start, end),
  xxh64: (data, start, end) => xxh64(data, 5, start, end),
  fnv1a,
  crc32,
}

const withoutRanges: Record<string, (data: string | Uint8Array) => unknown> = {
  md5: (data) => hex(md5(data)),
  sipHash13: (data) => sipHash13(data, secret),
  sparkMurmur3: (data) => sparkMurmur3(data),
}

// Lone surrogates included, which encode as EF BF BD, and lengths around the switch to the engine's encoder.
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 70 }).map((codes) => String.fromCharCode(...codes)),
)

describe.each(Object.entries({ ...overBytes, ...withoutRanges }))('%s', (_, hash) => {
  it('hashes a string like its UTF-8 bytes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(hash(text)).toEqual(hash(new TextEncoder().encode(text)))
      }),
    )
  })

  it('hashes text that is longer than any buffer of its own', () => {
    const text = 'päckchen '.repeat(5000)
    expect(hash(text)).toEqual(hash(new TextEncoder().encode(text)))
  })
})

it.each(Object.entries(overBytes))('%s hashes a range like a copy of it', (_, hash) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 150 }), fc.nat(150), fc.nat(150), (bytes, a, b) => {
      const [start, end] = [Math.min(a, b, bytes.length), Math.min(Math.max(a, b), bytes.length)]
      expect(hash(bytes, start, end)).toEqual(hash(bytes.slice(start, end)))
    }),
  )
})

const ofIntegers: Record<string, (key: number | bigint | Uint8Array) => unknown> = {
  murmur2: (key) => murmur2(key),
  murmur3: (key) => murmur3(key),
  xxh32: (key) => xxh32(key),
  xxh64: (key) => xxh64(key),
  fnv1a: (key) => fnv1a(key),
  crc32: (key) => crc32(key),
  md5: (key) => hex(md5(key)),
  sipHash13: (key) => sipHash13(key, secret),
}

describe.each(Object.entries(ofIntegers))('%s of integers', (_, hash) => {
  it('hashes a number, the bigint of its value and its 8 bytes alike', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (n) => {
        const bytes = new Uint8Array(8)
        new DataView(bytes.buffer).setBigInt64(0, BigInt(n), true)
        expect(hash(n)).toEqual(hash(BigInt(n)))
        expect(hash(n)).toEqual(hash(bytes))
      }),
    )
  })

  it.each([Number.NaN, 1.5, 2 ** 53, Number.POSITIVE_INFINITY, 2n ** 64n, -(2n ** 63n) - 1n, null, undefined])(
    'refuses %s',
    (key) => {
      expect(() => hash(key as number)).toThrow(expect.objectContaining({ code: 'RK_HASHING_BAD_KEY' }))
    },
  )
})

it('xxh64 refuses a seed of more than 64 bits or with a fraction', () => {
  for (const seed of [2n ** 64n, -(2n ** 63n) - 1n, 0.5, 2 ** 53]) {
    expect(() => xxh64('a', seed)).toThrow(expect.objectContaining({ code: 'RK_HASHING_BAD_OPTION' }))
  }
  expect(xxh64('a', -1)).toBe(xxh64('a', 2n ** 64n - 1n))
})

it('sparkMurmur3 refuses a number that is no int of Spark', () => {
  expect(() => sparkMurmur3(2 ** 31)).toThrow(expect.objectContaining({ code: 'RK_HASHING_BAD_KEY' }))
})

it.each([15, 17])('SipHash refuses a secret of %i bytes', (length) => {
  const short = expect.objectContaining({ code: 'RK_HASHING_BAD_OPTION' })
  expect(() => sipHash13('a', new Uint8Array(length))).toThrow(short)
})

it('a number and the string of its digits are different keys', () => {
  expect(murmur3(1)).not.toBe(murmur3('1'))
})
