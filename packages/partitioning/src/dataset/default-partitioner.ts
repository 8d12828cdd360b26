import type { Partitioner } from '@ringkeeper/core'
import { checkCount, checkList } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { SparkRddPartitioner } from '../kinds/spark-rdd.ts'

/** Data that takes part in a join or a grouping. */
export interface PartitionedInput {
  readonly numPartitions: number
  /** What it has been partitioned by, if anything. */
  readonly partitioner?: Partitioner<never> | undefined
}

/**
 * The partitioner for a join or grouping of several inputs, by Spark's rule: that of the input with the most partitions
 * among those which have one, unless it has less than a tenth of the most partitions and fewer than the default; else a
 * new `spark-rdd`. What an input is partitioned by already need not be shuffled: see `equals`.
 *
 * @param defaultParallelism - Spark's `spark.default.parallelism`; by default the most partitions of an input
 */
export function defaultPartitioner(
  inputs: readonly PartitionedInput[],
  defaultParallelism?: number,
): Partitioner<never> {
  checkList('inputs', inputs, 'a list of inputs, each with its numPartitions')
  if (inputs.length === 0) {
    throw partitioningErrors.BAD_OPTION({ option: 'inputs', value: inputs, expected: 'at least one' })
  }
  const most = inputs.reduce((largest, { numPartitions }) => Math.max(largest, numPartitions), 0)
  const wanted = checkCount(defaultParallelism ?? most, 'defaultParallelism')
  let best: PartitionedInput | undefined
  for (const input of inputs) {
    if (input.partitioner !== undefined && input.numPartitions > (best?.numPartitions ?? 0)) best = input
  }
  if (best?.partitioner !== undefined) {
    const isEligible = Math.log10(most) - Math.log10(best.numPartitions) < 1
    if (isEligible || wanted <= best.numPartitions) return best.partitioner
  }
  return new SparkRddPartitioner({ kind: 'spark-rdd', numPartitions: wanted })
}
