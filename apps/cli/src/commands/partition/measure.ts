import { isRingkeeperError, type Clock } from '@ringkeeper/core'
import { skewReport, type BatchPartitioner } from '@ringkeeper/partitioning'
import type { Traffic } from './distributions.ts'
import type { Subject } from './subject.ts'

/** What the lab found out about one kind of traffic. */
export interface Finding {
  readonly distribution: string
  readonly records: number
  readonly distinctKeys: number
  readonly partitions: number
  readonly maxOverMean: number
  readonly p99OverMean: number
  readonly gini: number
  readonly emptyPartitions: number
  /** The part of the keys that move with one partition more; null where keys have no fixed place, or it cannot have more. */
  readonly movedWithOneMore: number | null
  /** The least part that can move when all partitions are to be even. */
  readonly leastWithOneMore: number
  readonly movedWithOneLess: number | null
  readonly leastWithOneLess: number
  readonly keysPerSecond: number
  readonly loads: readonly number[]
}

/** Sends traffic through a partitioner of `numPartitions`, one more and one less. */
export function measure(subject: Subject, { name, keys }: Traffic, numPartitions: number, clock: Clock): Finding {
  const partitioner = subject.make(numPartitions, keys)
  const partitions = partitioner.numPartitions
  const loads = Array.from({ length: partitions }, () => 0)
  for (const partition of partitioner.partitionBatch(keys)) loads[partition]!++
  const { maxOverMean, p99OverMean, gini, empty } = skewReport(loads)
  const distinct = [...new Set(keys)]
  const more = resized(subject, numPartitions + 1, keys)
  const less = resized(subject, numPartitions - 1, keys)
  return {
    distribution: name,
    records: keys.length,
    distinctKeys: distinct.length,
    partitions,
    maxOverMean,
    p99OverMean,
    gini,
    emptyPartitions: empty,
    movedWithOneMore: moved(subject.make(numPartitions, keys), more, distinct),
    leastWithOneMore: least(partitions, more?.numPartitions ?? partitions + 1),
    movedWithOneLess: moved(subject.make(numPartitions, keys), less, distinct),
    leastWithOneLess: least(partitions, less?.numPartitions ?? partitions - 1),
    keysPerSecond: speed(subject, keys, numPartitions, clock),
    loads,
  }
}

/** With another number of partitions; undefined where a description cannot have it, such as a directory that lists the last one. */
function resized(
  { isFixed, make }: Subject,
  numPartitions: number,
  keys: readonly string[],
): BatchPartitioner<string> | undefined {
  if (!isFixed) return undefined
  try {
    return make(numPartitions, keys)
  } catch (error) {
    if (isRingkeeperError(error)) return undefined
    throw error
  }
}

function moved(
  from: BatchPartitioner<string>,
  to: BatchPartitioner<string> | undefined,
  keys: readonly string[],
): number | null {
  if (to === undefined || keys.length === 0) return null
  const places = from.partitionBatch(keys)
  return to.partitionBatch(keys).filter((place, i) => place !== places[i]).length / keys.length
}

/** The part of the keys that belongs to the partitions which only one of both has. */
function least(before: number, after: number): number {
  return Math.abs(after - before) / Math.max(after, before)
}

const ROUNDS = 8
const ROUND_TIME = 10

/** The fastest of some rounds: in the first ones the code is still being compiled, and others share the processor. */
function speed(subject: Subject, keys: readonly string[], numPartitions: number, clock: Clock): number {
  const partitioner = subject.make(numPartitions, keys)
  const out = new Int32Array(keys.length)
  let fastest = 0
  for (let round = 0; round < ROUNDS; round++) {
    const start = clock.monotonic()
    let placed = 0
    let time = 0
    while (time < ROUND_TIME) {
      partitioner.partitionBatch(keys, out)
      placed += keys.length
      time = clock.monotonic() - start
    }
    fastest = Math.max(fastest, placed / time)
  }
  return Math.round(fastest * 1000)
}
