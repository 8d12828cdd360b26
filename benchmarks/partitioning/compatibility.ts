import { readFileSync } from 'node:fs'
import {
  createAssignor,
  createPartitioner,
  type PartitionerDescription,
  type PartitionKey,
} from '@ringkeeper/partitioning'
import { figure, type Row } from '../harness/index.ts'

type VectorKey = readonly [type: string, value?: unknown]

/** How many keys go elsewhere than other systems put them: over the vectors that these systems made. */
export function compatibility(): Row[] {
  return [
    row('Spark RDD', 'spark-rdd', (rest) => ({ kind: 'spark-rdd', ...rest }), 3),
    row('Spark SQL', 'spark-sql', (rest) => ({ kind: 'spark-sql', ...rest }), 3),
    row('PySpark', 'pyspark', ({ numPartitions }) => ({ kind: 'pyspark', numPartitions }), 3),
    row("Kafka's Java client", 'kafka', (rest) => ({ kind: 'kafka', ...rest }), 3),
    row('librdkafka consistent', 'librdkafka', (rest) => ({ kind: 'librdkafka-consistent', ...rest }), 5),
    row('librdkafka consistent_random', 'librdkafka', (rest) => ({ kind: 'librdkafka-consistent-random', ...rest }), 6),
    row('librdkafka murmur2', 'librdkafka', (rest) => ({ kind: 'librdkafka-murmur2', ...rest }), 7),
    row('librdkafka fnv1a', 'librdkafka', (rest) => ({ kind: 'librdkafka-fnv1a', ...rest }), 8),
    row('Flink', 'flink', (rest) => ({ kind: 'flink', maxParallelism: 512, ...rest }), 3),
    assignorRow('RangeAssignor', 'range'),
    assignorRow('RoundRobinAssignor', 'roundrobin'),
  ]
}

type Rest = { readonly numPartitions: number; readonly numbers: 'int' | 'double' }

function row(name: string, file: string, describe: (rest: Rest) => PartitionerDescription, column: number): Row {
  const { rows } = read<{ rows: (readonly [VectorKey, ...unknown[]])[] }>(file)
  let compared = 0
  let elsewhere = 0
  for (const vector of rows) {
    const types = typesOf(vector[0])
    // One description takes numbers as ints or as doubles.
    if ((types.has('d') && types.has('i')) || vector[column] === null) continue
    const partitioner = createPartitioner(describe({ numPartitions: 200, numbers: types.has('d') ? 'double' : 'int' }))
    compared++
    if (partitioner.partition(keyOf(vector[0])) !== vector[column]) elsewhere++
  }
  return figure(`keys placed elsewhere than by ${name}, of ${compared}`, 'keys', [elsewhere], '0')
}

/** A group of Kafka consumers, and what one of Kafka's assignors gave each of them of each topic. */
interface Group {
  readonly topics: Readonly<Record<string, number>>
  readonly members: Readonly<Record<string, readonly string[]>>
  readonly range: Lists
  readonly roundrobin: Lists
}

type Lists = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>

function assignorRow(name: string, kind: 'range' | 'roundrobin'): Row {
  let compared = 0
  let elsewhere = 0
  for (const group of read<{ groups: readonly Group[] }>('kafka-assignors').groups) {
    const members = Object.entries(group.members).map(([id, topics]) => ({ id, topics }))
    const topics = Object.entries(group.topics).map(([topic, partitions]) => ({ topic, partitions }))
    const { assignment } = createAssignor({ kind }).assign(undefined, members, topics)
    for (const [id, byTopic] of Object.entries(group[kind])) {
      for (const [topic, partitions] of Object.entries(byTopic)) {
        compared += partitions.length
        elsewhere += partitions.filter((partition) => assignment.ownerOf(topic, partition) !== id).length
      }
    }
  }
  return figure(`partitions owned by others than with Kafka's ${name}, of ${compared}`, 'partitions', [elsewhere], '0')
}

function read<T>(file: string): T {
  const folder = new URL('../../packages/partitioning/test/vectors/', import.meta.url)
  return JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')) as T
}

function typesOf([type, value]: VectorKey): Set<string> {
  return type === 't' ? new Set((value as VectorKey[]).flatMap((item) => [...typesOf(item)])) : new Set([type])
}

function keyOf([type, value]: VectorKey): PartitionKey {
  if (type === 'l') return BigInt(value as string)
  if (type === 'd') return value === 'nan' ? Number.NaN : Number((value as string).replace('inf', 'Infinity'))
  if (type === 'n') return null
  if (type === 't') return (value as VectorKey[]).map(keyOf)
  return type === 'y' ? Uint8Array.from(Buffer.from(value as string, 'hex')) : (value as PartitionKey)
}
