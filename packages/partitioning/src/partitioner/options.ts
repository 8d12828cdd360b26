import { partitioningErrors } from '../errors.ts'
import { routedOptions } from '../kinds/routed.ts'
import type { PartitionerDescription } from './description.ts'

/** What each kind can be told besides how many partitions there are. */
const optionsOf: Readonly<Record<PartitionerDescription['kind'], readonly string[]>> = {
  ...routedOptions,
  'spark-rdd': ['numbers'],
  'spark-sql': ['numbers'],
  pyspark: [],
  kafka: ['numbers'],
  'kafka-sticky': ['numbers'],
  'kafka-adaptive': ['numbers', 'stickyBatchSize'],
  'librdkafka-consistent': ['numbers'],
  'librdkafka-consistent-random': ['numbers'],
  'librdkafka-murmur2': ['numbers'],
  'librdkafka-fnv1a': ['numbers'],
  flink: ['maxParallelism', 'numbers'],
  range: ['bounds', 'ascending', 'comparator'],
  'round-robin': ['start'],
  weighted: ['weights', 'seed'],
  prefix: ['separator', 'parts', 'length', 'inner'],
  composite: ['first', 'then', 'keys'],
  'hot-key': ['strategy', 'hotShare', 'capacity', 'hot'],
  directory: ['entries', 'default'],
  custom: ['function'],
}

const always: readonly string[] = ['kind', 'version', 'numPartitions']

/** Refuses options that a kind does not have: one that is misspelt would place keys elsewhere without a word. */
export function checkOptions(description: PartitionerDescription): void {
  const allowed = optionsOf[description.kind]
  for (const [option, value] of Object.entries(description)) {
    if (value === undefined || always.includes(option) || allowed.includes(option)) continue
    const others = allowed.length === 0 ? 'which has no options' : `whose options are ${allowed.join(', ')}`
    const expected = `it only where it applies, not with "${description.kind}", ${others}`
    throw partitioningErrors.BAD_OPTION({ option, value, expected })
  }
}
