import { murmur3 } from '@ringkeeper/hashing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createPartitioner,
  fromJSON,
  keyColumns,
  partitionerKinds,
  type PartitionerDescription,
  type PartitionerEnvironment,
  type PartitionerKind,
} from '../src/index.ts'
import { code } from './assigning.ts'

const byLength = (key: string): number => key.length
const byLast = (a: string, b: string): number => (a.at(-1)! < b.at(-1)! ? -1 : a.at(-1)! > b.at(-1)! ? 1 : 0)
const environment: PartitionerEnvironment = { functions: { byLength }, comparators: { byLast } }

/** One description of every kind, all of them for keys that are text. */
const descriptions: Readonly<Record<PartitionerKind, PartitionerDescription>> = {
  'spark-rdd': { kind: 'spark-rdd', numPartitions: 12 },
  'spark-sql': { kind: 'spark-sql', numPartitions: 12, numbers: 'double' },
  pyspark: { kind: 'pyspark', numPartitions: 12 },
  kafka: { kind: 'kafka', numPartitions: 12 },
  'kafka-sticky': { kind: 'kafka-sticky', numPartitions: 12 },
  'kafka-adaptive': { kind: 'kafka-adaptive', numPartitions: 12, stickyBatchSize: 1000 },
  'librdkafka-consistent': { kind: 'librdkafka-consistent', numPartitions: 12 },
  'librdkafka-consistent-random': { kind: 'librdkafka-consistent-random', numPartitions: 12 },
  'librdkafka-murmur2': { kind: 'librdkafka-murmur2', numPartitions: 12 },
  'librdkafka-fnv1a': { kind: 'librdkafka-fnv1a', numPartitions: 12 },
  flink: { kind: 'flink', numPartitions: 12 },
  range: { kind: 'range', bounds: ['b', 'k', 't'], ascending: false },
  'round-robin': { kind: 'round-robin', numPartitions: 12, start: 3 },
  ring: { kind: 'ring', numPartitions: 12, seed: 5 },
  rendezvous: { kind: 'rendezvous', numPartitions: 12, weights: [3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] },
  jump: { kind: 'jump', numPartitions: 12 },
  maglev: { kind: 'maglev', numPartitions: 12, size: 251 },
  slots: { kind: 'slots', numPartitions: 12, size: 1024 },
  weighted: { kind: 'weighted', weights: [1, 2, 0, 3], numPartitions: 4 },
  prefix: { kind: 'prefix', separator: ':', inner: { kind: 'kafka', numPartitions: 12 } },
  composite: {
    kind: 'composite',
    first: { kind: 'kafka', numPartitions: 3 },
    then: { kind: 'range', bounds: ['b', 'k', 't'] },
    keys: 'same',
  },
  'hot-key': { kind: 'hot-key', numPartitions: 12, hot: [['hot', 3]] },
  directory: {
    kind: 'directory',
    numPartitions: 12,
    entries: { a: 1, b: 2 },
    default: { kind: 'kafka', numPartitions: 12 },
  },
  custom: { kind: 'custom', numPartitions: 12, function: 'byLength' },
}

/** These place a key by what they have placed before, or by chance. */
const stateful = new Set<PartitionerKind>(['round-robin', 'hot-key'])

/** Any text, lone surrogates too. */
const text = fc
  .array(fc.integer({ min: 0, max: 0x10_ffff }), { minLength: 1 })
  .map((points) => String.fromCodePoint(...points))

describe.each(partitionerKinds)('%s', (kind) => {
  const description = descriptions[kind]
  const make = (): ReturnType<typeof createPartitioner> => createPartitioner(description, environment)

  it('places every key in one of its partitions, and alike when asked again', () => {
    const partitioner = make()
    fc.assert(
      fc.property(text, (key) => {
        const partition = partitioner.partition(key)
        expect(Number.isInteger(partition) && partition >= 0 && partition < partitioner.numPartitions).toBe(true)
        if (!stateful.has(kind)) expect(partitioner.partition(key)).toBe(partition)
      }),
    )
  })

  it('places keys of columns and of arrays like single ones', () => {
    const keys = ['a', 'zebra', 'user:42', 'é', '日本', 'hot', ...Array.from({ length: 200 }, (_, i) => `key-${i}`)]
    const expected = keys.map(
      (
        (partitioner) => (key: string) =>
          partitioner.partition(key)
      )(make()),
    )
    expect([...make().partitionBatch(keyColumns(keys))]).toEqual(expected)
    expect([...make().partitionBatch(keys)]).toEqual(expected)
    const out = new Int32Array(keys.length + 1)
    expect(make().partitionBatch(keys, out)).toBe(out)
    expect(() => make().partitionBatch(keys, new Int32Array(3))).toThrow(code('SHORT_OUT'))
  })

  it('is made again from its stored description, on another machine too', () => {
    const partitioner = make()
    const stored = JSON.parse(JSON.stringify(partitioner)) as PartitionerDescription
    expect(stored).toMatchObject({ version: 1, kind, numPartitions: partitioner.numPartitions })
    const again = fromJSON(stored, environment)
    expect(again.equals(partitioner)).toBe(true)
    expect(again.toJSON()).toEqual(partitioner.toJSON())
    for (const key of ['a', 'b:c', 'hot', 'zz']) {
      if (!stateful.has(kind)) expect(again.partition(key)).toBe(partitioner.partition(key))
    }
    expect(again.equals(createPartitioner({ kind: 'jump', numPartitions: 99 }))).toBe(false)
    expect(partitioner.describe()).toContain(kind)
  })
})

describe('placements', () => {
  it('are those of every release and every process', () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `key-${i}`)
    const sums = Object.fromEntries(
      partitionerKinds
        .filter((kind) => !kind.startsWith('kafka-'))
        .map((kind) => {
          const partitions = createPartitioner<string>(descriptions[kind], environment).partitionBatch(keys)
          return [kind, murmur3(new Uint8Array(partitions.buffer))]
        }),
    )
    expect(sums).toEqual({
      composite: 121568975,
      custom: 989234798,
      directory: 3068822669,
      flink: 1292296008,
      'hot-key': 2217944458,
      jump: 3590486049,
      kafka: 3068822669,
      'librdkafka-consistent': 3672827245,
      'librdkafka-consistent-random': 3672827245,
      'librdkafka-fnv1a': 98145772,
      'librdkafka-murmur2': 3068822669,
      maglev: 1184314342,
      prefix: 3068822669,
      pyspark: 3446632035,
      range: 4069543424,
      rendezvous: 3600481177,
      ring: 243084956,
      'round-robin': 3254994120,
      slots: 1174304246,
      'spark-rdd': 4116307060,
      'spark-sql': 482852729,
      weighted: 2112110959,
    })
  })
})

describe('keys', () => {
  it('are refused where the other system would not place them by their value', () => {
    const rdd = createPartitioner({ kind: 'spark-rdd', numPartitions: 4 })
    expect(() => rdd.partition(Uint8Array.of(1))).toThrow(code('ARRAY_KEY'))
    expect(() => rdd.partition([1, Uint8Array.of(1)])).toThrow(code('ARRAY_KEY'))
    expect(() => rdd.partition(1.5)).toThrow(code('BAD_KEY'))
    expect(() => rdd.partition(2 ** 31)).toThrow(code('BAD_KEY'))
    expect(() => rdd.partition(2n ** 63n)).toThrow(code('BAD_KEY'))
    expect(() => rdd.partition({} as never)).toThrow(code('BAD_KEY'))
    expect(() => createPartitioner({ kind: 'pyspark', numPartitions: 4 }).partition(Number.NaN)).toThrow(
      code('BAD_KEY'),
    )
    expect(() => createPartitioner({ kind: 'kafka', numPartitions: 4 }).partition(true)).toThrow(code('BAD_KEY'))
    for (const kind of ['kafka', 'flink', 'ring', 'hot-key'] as const) {
      expect(() => createPartitioner({ kind, numPartitions: 4 } as PartitionerDescription).partition(null)).toThrow(
        code('KEYLESS'),
      )
    }
    const directory = createPartitioner<string>({ kind: 'directory', numPartitions: 2, entries: { a: 1 } })
    expect(() => directory.partition('b')).toThrow(code('NOT_LISTED'))
  })

  it('of one prefix go together', () => {
    const bySeparator = createPartitioner({ kind: 'prefix', separator: '::', parts: 2, inner: descriptions.kafka })
    const plain = createPartitioner(descriptions.kafka)
    expect(bySeparator.partition('eu::shop::1')).toBe(plain.partition('eu::shop'))
    expect(bySeparator.partition(new TextEncoder().encode('eu::shop::1'))).toBe(plain.partition('eu::shop'))
    expect(bySeparator.partition('eu::1')).toBe(plain.partition('eu::1'))
    for (const key of ['eu:::1', 'eu::::1', ':::::', 'eu::']) {
      const prefix = plain.partition(key.split('::').slice(0, 2).join('::'))
      expect(bySeparator.partition(key)).toBe(prefix)
      expect(bySeparator.partition(new TextEncoder().encode(key))).toBe(prefix)
    }
    const byLengthOf = createPartitioner({ kind: 'prefix', length: 3, inner: descriptions.kafka })
    expect(byLengthOf.partition('abcdef')).toBe(plain.partition('abc'))
  })

  it('of a pair go to a group by the one and within it by the other', () => {
    const composite = createPartitioner({
      kind: 'composite',
      first: { kind: 'directory', numPartitions: 3, entries: { eu: 0, us: 1 }, default: 2 },
      then: { kind: 'range', bounds: [10, 20] },
    })
    expect(composite.numPartitions).toBe(9)
    expect(
      [
        ['eu', 5],
        ['us', 15],
        ['asia', 30],
      ].map((key) => composite.partition(key)),
    ).toEqual([0, 4, 8])
    const salted = createPartitioner({
      kind: 'composite',
      first: { kind: 'jump', numPartitions: 4 },
      then: { kind: 'round-robin', numPartitions: 3 },
      keys: 'same',
    })
    const parts = Array.from({ length: 6 }, () => salted.partition('k'))
    expect(new Set(parts).size).toBe(3)
    expect(Math.floor(Math.max(...parts) / 3)).toBe(Math.floor(Math.min(...parts) / 3))
  })

  it('are shared out by weight', () => {
    for (const kind of ['weighted', 'rendezvous', 'ring', 'maglev', 'slots'] as const) {
      const weights = [1, 2, 0, 5]
      const partitioner = createPartitioner({ kind, weights, numPartitions: 4 } as PartitionerDescription)
      const counts = [0, 0, 0, 0]
      for (let i = 0; i < 40_000; i++) counts[partitioner.partition(`key-${i}`)]!++
      expect(counts[2]).toBe(0)
      for (const [i, weight] of weights.entries()) expect(Math.abs(counts[i]! / 5000 - weight)).toBeLessThan(0.35)
    }
  })
})

describe('records without a key', () => {
  it('stick to a partition until the batch is full, then to another one', () => {
    const sticky = createPartitioner({ kind: 'kafka-sticky', numPartitions: 5 })
    for (let batch = 0; batch < 50; batch++) {
      const partition = sticky.partition(null)
      expect([sticky.partition(null), sticky.partition(undefined)]).toEqual([partition, partition])
      sticky.newBatch()
      expect(sticky.partition(null)).not.toBe(partition)
    }
    sticky.available = [4]
    sticky.newBatch()
    expect(sticky.partition(null)).toBe(4)
    sticky.available = [4, 4]
    sticky.newBatch()
    expect(sticky.partition(null)).toBe(4)
    const columns = keyColumns([null, 'a', null])
    const first = [...createPartitioner({ kind: 'kafka-sticky', numPartitions: 5 }).partitionBatch(columns)]
    expect(first[0]).toBe(first[2])
    for (const batch of [columns, [null, 'a', undefined]]) {
      sticky.available = [1, 2, 4]
      const before = sticky.current
      sticky.partitionBatch(['a', 'b'])
      expect(sticky.current).toBe(before)
      sticky.partitionBatch(batch)
      expect(sticky.current).not.toBe(before)
    }
  })
})

describe('sticky partitioners', () => {
  const constant = { random: { next: () => 0.5, uuid: () => '' } }

  it('go on with another partition whatever is drawn', () => {
    for (const available of [undefined, [0, 2, 4], [4]]) {
      const sticky = createPartitioner({ kind: 'kafka-sticky', numPartitions: 5 }, constant)
      if (available !== undefined) sticky.available = available
      for (let batch = 0; batch < 5; batch++) {
        const before = sticky.current
        sticky.newBatch()
        if (available?.length !== 1) expect(sticky.current).not.toBe(before)
        expect(available ?? sticky.available).toContain(sticky.current)
      }
    }
  })

  it('draw each of the other partitions alike', () => {
    let state = 7
    const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
    const sticky = createPartitioner({ kind: 'kafka-sticky', numPartitions: 4 }, { random: { next, uuid: () => '' } })
    const counts = new Map<string, number>()
    for (let batch = 0; batch < 12_000; batch++) {
      const before = sticky.current
      sticky.newBatch()
      const step = `${before}-${sticky.current}`
      counts.set(step, (counts.get(step) ?? 0) + 1)
    }
    expect(counts.size).toBe(12)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })

  it('hold no list of partitions, of which there may be very many', () => {
    const numPartitions = 2 ** 31 - 1
    const sticky = createPartitioner({ kind: 'kafka-sticky', numPartitions }, constant)
    sticky.newBatch()
    expect(sticky.current).toBe(2 ** 30 + 1)
    const adaptive = createPartitioner({ kind: 'kafka-adaptive', numPartitions }, constant)
    adaptive.updateLoad(Array.from({ length: 300_000 }, (_, i) => i % 7))
    expect(adaptive.partition(null)).toBeLessThan(300_000)
  })
})
