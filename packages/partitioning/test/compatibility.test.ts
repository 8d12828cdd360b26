import { describe, expect, it } from 'vitest'
import {
  createPartitioner,
  FlinkPartitioner,
  keyColumns,
  portableHash,
  type PartitionerDescription,
} from '../src/index.ts'
import { keyOf, numbersOf, readVectors, type VectorKey, type Vectors } from './vectors.ts'

/** Compares every row that one description can say with columns `of7` and `of200`, which stand at `first`. */
function compare(
  file: string,
  of: (numPartitions: number, numbers: 'int' | 'double') => PartitionerDescription,
  columns: readonly (readonly [index: number, numPartitions: number])[],
): number {
  const { rows } = readVectors(file)
  const wrong: unknown[] = []
  let compared = 0
  for (const row of rows) {
    const numbers = numbersOf(row[0])
    if (numbers === undefined) continue
    for (const [index, numPartitions] of columns) {
      if (row[index] === null) continue
      const partition = createPartitioner(of(numPartitions, numbers)).partition(keyOf(row[0]))
      compared++
      if (partition !== row[index]) wrong.push([row, numPartitions, partition])
    }
  }
  expect(wrong).toEqual([])
  return compared
}

/** The rows whose key is text, as one batch in columns. */
function textBatch({ rows }: Vectors, index: number): { batch: ReturnType<typeof keyColumns>; expected: unknown[] } {
  const texts = rows.filter(([[type]]) => type === 's')
  return { batch: keyColumns(texts.map(([[, text]]) => text as string)), expected: texts.map((row) => row[index]) }
}

describe('keys go where the other system puts them', () => {
  it('Spark RDD: HashPartitioner', () => {
    const compared = compare('spark-rdd', (numPartitions, numbers) => ({ kind: 'spark-rdd', numPartitions, numbers }), [
      [2, 7],
      [3, 200],
    ])
    expect(compared).toBeGreaterThan(400)
  })

  it('Spark SQL: murmur3 with seed 42, columns one after the other', () => {
    const compared = compare('spark-sql', (numPartitions, numbers) => ({ kind: 'spark-sql', numPartitions, numbers }), [
      [2, 7],
      [3, 200],
    ])
    expect(compared).toBeGreaterThan(500)
  })

  it('PySpark: portable_hash', () => {
    const { rows } = readVectors('pyspark')
    const wrong = rows.filter(([key, hash]) => portableHash(keyOf(key)) !== BigInt(hash!))
    expect(wrong).toEqual([])
    compare('pyspark', (numPartitions) => ({ kind: 'pyspark', numPartitions }), [
      [2, 7],
      [3, 200],
    ])
  })

  it('Kafka: murmur2 over what the serializers write', () => {
    const compared = compare('kafka', (numPartitions, numbers) => ({ kind: 'kafka', numPartitions, numbers }), [
      [2, 7],
      [3, 200],
    ])
    expect(compared).toBeGreaterThan(400)
  })

  it.each([
    ['librdkafka-consistent', 1],
    ['librdkafka-consistent-random', 2],
    ['librdkafka-murmur2', 3],
    ['librdkafka-fnv1a', 4],
  ] as const)('%s', (kind, column) => {
    const of = (numPartitions: number): PartitionerDescription => ({ kind, numPartitions })
    const compared = compare('librdkafka', of, [
      [column, 7],
      [column + 4, 200],
    ])
    expect(compared).toBeGreaterThan(250)
  })

  it('librdkafka: records without a key', () => {
    const { nullOf7 } = readVectors<{ nullOf7: Record<string, number> }>('librdkafka')
    for (const [name, partition] of Object.entries(nullOf7)) {
      const kind = `librdkafka-${name}` as 'librdkafka-fnv1a'
      expect(createPartitioner({ kind, numPartitions: 7 }).partition(null)).toBe(partition)
    }
    const random = { next: () => 0.99, uuid: () => '' }
    const anywhere = createPartitioner({ kind: 'librdkafka-consistent-random', numPartitions: 7 }, { random })
    expect([anywhere.partition(null), anywhere.partition('')]).toEqual([6, 6])
  })

  it('Flink: key groups, their ranges, and the default number of them', () => {
    const compared = compare('flink', (numPartitions, numbers) => flink(numPartitions, numbers), [
      [2, 3],
      [3, 200],
    ])
    expect(compared).toBeGreaterThan(400)
    const vectors = readVectors<{ defaults: [number, number][]; ranges: number[][]; rows: [VectorKey, number][] }>(
      'flink',
    )
    for (const [numPartitions, groups] of vectors.defaults) {
      expect(new FlinkPartitioner({ kind: 'flink', numPartitions }).maxParallelism).toBe(groups)
    }
    for (const [maxParallelism, numPartitions, operator, first, last] of vectors.ranges) {
      const partitioner = new FlinkPartitioner({ kind: 'flink', numPartitions: numPartitions!, maxParallelism })
      expect(partitioner.keyGroupRange(operator!)).toEqual({ first, last })
    }
    for (const [key, group] of vectors.rows) {
      if (numbersOf(key) !== 'int') continue
      const partitioner = new FlinkPartitioner({ kind: 'flink', numPartitions: 3, maxParallelism: 128 })
      expect(partitioner.keyGroup(keyOf(key))).toBe(group)
    }
  })

  it.each([
    ['spark-rdd', 'spark-rdd'],
    ['spark-sql', 'spark-sql'],
    ['pyspark', 'pyspark'],
    ['kafka', 'kafka'],
    ['kafka-sticky', 'kafka'],
    ['kafka-adaptive', 'kafka'],
  ] as const)('%s places text in columns as it places strings', (kind, file) => {
    const { batch, expected } = textBatch(readVectors(file), 3)
    const partitioner = createPartitioner({ kind, numPartitions: 200 } as PartitionerDescription)
    expect([...partitioner.partitionBatch(batch)]).toEqual(expected)
  })

  it('Kafka: the adaptive partitioner goes through the same partitions when it draws the same numbers', () => {
    const { cases } = readVectors<{ cases: AdaptiveCase[] }>('kafka-adaptive')
    for (const { partitions, stickyBatchSize, available, steps, randoms } of cases) {
      const drawn = [...randoms]
      const random = { next: () => drawn.shift()! / 0x8000_0000, uuid: () => '' }
      const description = { kind: 'kafka-adaptive', numPartitions: partitions, stickyBatchSize } as const
      const partitioner = createPartitioner(description, { random })
      partitioner.available = available
      for (const step of steps) {
        if (step[0] === 'load') partitioner.updateLoad(step[1], step[2])
        else {
          expect(partitioner.partition(null)).toBe(step[1])
          partitioner.appended(step[2], step[3])
        }
      }
      expect(drawn).toEqual([])
    }
  })
})

interface AdaptiveCase {
  readonly partitions: number
  readonly stickyBatchSize: number
  readonly available: readonly number[]
  readonly steps: readonly (
    | readonly ['load', queueSizes: number[], partitions: number[]]
    | readonly ['send', partition: number, bytes: number, canSwitch: boolean]
  )[]
  readonly randoms: readonly number[]
}

function flink(numPartitions: number, numbers: 'int' | 'double'): PartitionerDescription {
  return { kind: 'flink', numPartitions, numbers, maxParallelism: numPartitions === 3 ? 128 : 512 }
}
