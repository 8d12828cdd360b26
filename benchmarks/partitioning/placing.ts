import { createPartitioner, rangeBounds, sketchInputs } from '@ringkeeper/partitioning'
import kafkajs from 'kafkajs'
import { compare, cpuPerItem, figure, type Row, type Side } from '../harness/index.ts'
import { makeColumns, makeKeys, randomNumbers } from './inputs.ts'
import { obviousRange, obviousSketch, obviousSparkHash } from './obvious.ts'

/** How fast keys are placed. */
export async function placing(): Promise<Row[]> {
  return [...(await sparkSql()), ...(await range()), ...(await sketch()), await kafka()]
}

async function sparkSql(): Promise<Row[]> {
  const count = 500_000
  const columns = makeColumns(count, 16)
  const out = new Int32Array(count)
  const partitioner = createPartitioner({ kind: 'spark-sql', numPartitions: 200 })
  const ours = { items: count, run: () => partitioner.partitionBatch(columns, out) }
  const theirs = { items: count, run: () => obviousSparkHash(columns, 200, out) }
  const work = 'Spark SQL hash of 16-byte keys, batch'
  return [await rate(work, ours, '>= 20'), await compare({ work, rival: 'obvious form', ours, theirs })]
}

async function range(): Promise<Row[]> {
  const count = 500_000
  const random = randomNumbers(3)
  const keys = Float64Array.from({ length: count }, () => random() * 1500)
  const bounds = Array.from({ length: 1500 }, (_, i) => i)
  const out = new Int32Array(count)
  const partitioner = createPartitioner<number>({ kind: 'range', bounds })
  const ours = { items: count, run: () => partitioner.partitionBatch(keys, out) }
  const fewer = keys.subarray(0, 20_000)
  const theirs = { items: fewer.length, run: () => obviousRange(fewer, bounds, out) }
  const work = 'range lookup over 1,500 bounds'
  return [await rate(work, ours, '>= 10'), await compare({ work, rival: 'obvious form', ours, theirs })]
}

async function sketch(): Promise<Row[]> {
  const count = 10_000_000
  const random = randomNumbers(5)
  const keys = Float64Array.from({ length: count }, random)
  const ours = { items: count, run: () => sketchInputs([keys], 3 * 20 * 64) }
  const bounds = { items: count, run: () => rangeBounds([keys], 64) }
  const theirs = { items: count, run: () => obviousSketch(keys, 3 * 20 * 64) }
  return [
    await seconds("sketch of 10M keys, Spark's sample for 64 partitions", ours, '<= 1'),
    await seconds('the same with 2,000 samples for each partition, and the bounds', bounds, '<= 1'),
    await compare({ work: 'sketch of 10M keys', rival: 'obvious form', ours, theirs, rounds: 3 }),
  ]
}

async function kafka(): Promise<Row> {
  const keys = makeKeys(50_000, 26)
  const messages = keys.map((key) => ({ key, value: null }))
  const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({ partitionId, leader: 0 }))
  const theirs = kafkajs.Partitioners.DefaultPartitioner() as (args: object) => number
  const ours = createPartitioner({ kind: 'kafka', numPartitions: 12 })
  return compare({
    work: 'Kafka partition of a key of 26 characters',
    rival: 'kafkajs DefaultPartitioner',
    ours: { items: 10 * keys.length, run: () => tenTimes(keys, (key) => ours.partition(key)) },
    theirs: {
      items: keys.length,
      run: () => messages.reduce((sum, message) => sum + theirs({ topic: 't', partitionMetadata, message }), 0),
    },
    goal: '>= 40',
  })
}

/** Kafkajs is slow enough to be measured by fewer calls. */
function tenTimes(keys: readonly string[], work: (key: string) => number): number {
  let sum = 0
  for (let round = 0; round < 10; round++) for (const key of keys) sum += work(key)
  return sum
}

async function rate(work: string, side: Side, goal: string): Promise<Row> {
  return figure(
    work,
    'M keys/s',
    (await rounds(side)).map((ns) => 1000 / ns),
    goal,
  )
}

async function seconds(work: string, side: Side, goal: string): Promise<Row> {
  return figure(
    work,
    's',
    (await rounds(side)).map((ns) => (ns * side.items) / 1e9),
    goal,
  )
}

async function rounds(side: Side): Promise<number[]> {
  await cpuPerItem(side)
  const values: number[] = []
  for (let round = 0; round < 5; round++) values.push(await cpuPerItem(side))
  return values
}
