import type { Clock } from '@ringkeeper/core'
import { skewReport } from '@ringkeeper/partitioning'
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
  /** The part of the keys that move with one partition more; null where keys have no fixed place. */
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
  return {
    distribution: name,
    records: keys.length,
    distinctKeys: distinct.length,
    partitions,
    maxOverMean,
    p99OverMean,
    gini,
    emptyPartitions: empty,
    movedWithOneMore: moved(subject, keys, distinct, numPartitions, numPartitions + 1),
    leastWithOneMore: 1 / (partitions + 1),
    movedWithOneLess: partitions > 1 ? moved(subject, keys, distinct, numPartitions, numPartitions - 1) : null,
    leastWithOneLess: 1 / partitions,
    keysPerSecond: speed(subject, keys, numPartitions, clock),
    loads,
  }
}

function moved(
  subject: Subject,
  keys: readonly string[],
  distinct: readonly string[],
  before: number,
  after: number,
): number | null {
  if (!subject.isFixed || distinct.length === 0) return null
  const from = subject.make(before, keys)
  const to = subject.make(after, keys)
  const places = from.partitionBatch(distinct)
  return to.partitionBatch(distinct).filter((place, i) => place !== places[i]).length / distinct.length
}

function speed(subject: Subject, keys: readonly string[], numPartitions: number, clock: Clock): number {
  const partitioner = subject.make(numPartitions, keys)
  const out = new Int32Array(keys.length)
  partitioner.partitionBatch(keys, out)
  const start = clock.monotonic()
  let placed = 0
  do {
    partitioner.partitionBatch(keys, out)
    placed += keys.length
  } while (clock.monotonic() - start < 50)
  return Math.round((placed / (clock.monotonic() - start)) * 1000)
}
