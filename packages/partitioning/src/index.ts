export { partitioningErrors } from './errors.ts'
export { portableHash } from './hash/portable-hash.ts'
export { SpaceSaving, type FrequentKey } from './hot/space-saving.ts'
export { CompositePartitioner, type CompositeDescription } from './kinds/composite.ts'
export { CustomPartitioner, type CustomDescription } from './kinds/custom.ts'
export { DirectoryPartitioner, type DirectoryDescription } from './kinds/directory.ts'
export { FlinkPartitioner, type FlinkDescription } from './kinds/flink.ts'
export { HotKeyPartitioner, mergeParts, type HotKeyDescription } from './kinds/hot-key.ts'
export { KafkaAdaptivePartitioner, type KafkaAdaptiveDescription } from './kinds/kafka-adaptive.ts'
export { KafkaStickyPartitioner, StickyPartitioner, type KafkaStickyDescription } from './kinds/kafka-sticky.ts'
export { KafkaPartitioner, type KafkaDescription } from './kinds/kafka.ts'
export { LibrdkafkaPartitioner, type LibrdkafkaDescription, type LibrdkafkaKind } from './kinds/librdkafka.ts'
export { PrefixPartitioner, type PrefixDescription } from './kinds/prefix.ts'
export { PysparkPartitioner, type PysparkDescription } from './kinds/pyspark.ts'
export { RangePartitioner, rangePartitioner, type RangeDescription } from './kinds/range.ts'
export { RoundRobinPartitioner, type RoundRobinDescription } from './kinds/round-robin.ts'
export { RoutedPartitioner, type RoutedDescription } from './kinds/routed.ts'
export { SparkRddPartitioner, type SparkRddDescription } from './kinds/spark-rdd.ts'
export { SparkSqlPartitioner, type SparkSqlDescription } from './kinds/spark-sql.ts'
export { WeightedPartitioner, type WeightedDescription } from './kinds/weighted.ts'
export {
  createPartitioner,
  fromJSON,
  partitionerKinds,
  type PartitionerEnvironment,
  type PartitionerKind,
} from './partitioner/create.ts'
export type { PartitionerDescription } from './partitioner/description.ts'
export { keyColumns, type KeyBatch, type KeyColumns, type NumberType, type PartitionKey } from './partitioner/key.ts'
export { DescribedPartitioner, type BatchPartitioner, type StoredDescription } from './partitioner/partitioner.ts'
export type { StoredKey } from './partitioner/stored-key.ts'
export { determineBounds, rangeBounds, type Candidate, type RangeBoundsOptions } from './range/bounds.ts'
export { naturalOrder, type Compare } from './range/compare.ts'
export { reservoirSample, sketchInputs, type InputSketch } from './range/sketch.ts'
export type { AssignResult } from './assign/assign-result.ts'
export type { AssignmentBalance } from './assign/balance.ts'
export {
  assignorKinds,
  createAssignor,
  type AssignOptions,
  type AssignorKind,
  type PartitionAssignor,
} from './assign/create-assignor.ts'
export type { MemberInput, MemberOverrides } from './assign/members.ts'
export type { AssignmentMoves } from './assign/moves.ts'
export { PartitionAssignment, type PartitionAssignmentJSON } from './assign/partition-assignment.ts'
export {
  PartitionSet,
  type PartitionsInput,
  type TopicPartition,
  type TopicPartitions,
} from './assign/partition-set.ts'
export { defaultPartitioner, type PartitionedInput } from './dataset/default-partitioner.ts'
export { coalesce, glom, mapPartitions, parallelize } from './dataset/parallelize.ts'
export type { Pair, Partitions } from './dataset/partitions.ts'
export { placePartitions } from './dataset/place.ts'
export { partitionBy, repartition, repartitionAndSortWithinPartitions, type SortOptions } from './dataset/shuffle.ts'
export {
  coalesceSizes,
  splitSkewed,
  type CoalesceOptions,
  type PartitionRun,
  type SkewedPartition,
  type SplitSkewedOptions,
} from './repair/adaptive.ts'
export { repairRanges, type RangeChange, type RepairedRanges, type RepairRangesOptions } from './repair/ranges.ts'
export {
  rebalancePlan,
  type PartitionLoad,
  type RebalanceMove,
  type RebalanceOptions,
  type RebalancePlan,
} from './repair/rebalance-plan.ts'
export { skewReport, type SkewReport } from './repair/skew-report.ts'
