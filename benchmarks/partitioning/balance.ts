import { createPartitioner, rangePartitioner, skewReport } from '@ringkeeper/partitioning'
import { figure, type Row } from '../harness/index.ts'
import { logNormal, zipf } from './inputs.ts'

const N = 64

/** How evenly keys that are hard to share out are shared out. */
export function balance(): Row[] {
  return [...ranges(), ...hotKeys()]
}

function ranges(): Row[] {
  const keys = logNormal(1_000_000)
  const maxOverMean = (samplesPerPartition: number): number => {
    const partitioner = rangePartitioner([keys], N, { samplesPerPartition })
    return skewReport(countsOf(partitioner.partitionBatch(keys), partitioner.numPartitions)).maxOverMean
  }
  const work = 'range of 1M log-normal keys, n = 64'
  return [
    figure(`${work}, 2,000 samples each`, 'max/mean', [maxOverMean(2000)], '<= 1.10'),
    figure(`${work}, Spark's 20 samples each`, 'max/mean', [maxOverMean(20)]),
  ]
}

function hotKeys(): Row[] {
  const records = zipf(1.2, 1_000_000, 2_000_000)
  const distinct = new Set(records).size
  const hot = createPartitioner({ kind: 'hot-key', numPartitions: N })
  const loads = countsOf(hot.partitionBatch(records), N)
  const plain = createPartitioner({ kind: 'spark-sql', numPartitions: N })
  const work = 'zipf(1.2), 2M records, n = 64'
  return [
    figure(`${work}, hot-key`, 'max/mean', [skewReport(loads).maxOverMean], '<= 1.15'),
    figure(`${work}, keys that hot-key splits`, '%', [(100 * hot.splitKeys.size) / distinct], '<= 2'),
    figure(`${work}, Spark SQL hash`, 'max/mean', [skewReport(countsOf(plain.partitionBatch(records), N)).maxOverMean]),
  ]
}

function countsOf(partitions: Int32Array, numPartitions: number): Int32Array {
  const counts = new Int32Array(numPartitions)
  for (const partition of partitions) counts[partition]!++
  return counts
}
