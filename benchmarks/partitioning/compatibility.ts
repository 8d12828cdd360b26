import { readFileSync } from 'node:fs'
import { createPartitioner, type PartitionerDescription, type PartitionKey } from '@ringkeeper/partitioning'
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
  ]
}

type Rest = { readonly numPartitions: number; readonly numbers: 'int' | 'double' }

function row(name: string, file: string, describe: (rest: Rest) => PartitionerDescription, column: number): Row {
  const folder = new URL('../../packages/partitioning/test/vectors/', import.meta.url)
  const { rows } = JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')) as {
    rows: (readonly [VectorKey, ...unknown[]])[]
  }
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
