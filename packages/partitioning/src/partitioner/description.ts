import type { CompositeDescription } from '../kinds/composite.ts'
import type { CustomDescription } from '../kinds/custom.ts'
import type { DirectoryDescription } from '../kinds/directory.ts'
import type { FlinkDescription } from '../kinds/flink.ts'
import type { HotKeyDescription } from '../kinds/hot-key.ts'
import type { KafkaAdaptiveDescription } from '../kinds/kafka-adaptive.ts'
import type { KafkaStickyDescription } from '../kinds/kafka-sticky.ts'
import type { KafkaDescription } from '../kinds/kafka.ts'
import type { LibrdkafkaDescription } from '../kinds/librdkafka.ts'
import type { PrefixDescription } from '../kinds/prefix.ts'
import type { PysparkDescription } from '../kinds/pyspark.ts'
import type { RangeDescription } from '../kinds/range.ts'
import type { RoundRobinDescription } from '../kinds/round-robin.ts'
import type { RoutedDescription } from '../kinds/routed.ts'
import type { SparkRddDescription } from '../kinds/spark-rdd.ts'
import type { SparkSqlDescription } from '../kinds/spark-sql.ts'
import type { WeightedDescription } from '../kinds/weighted.ts'

/**
 * What a partitioner is made of: its kind and the kind's options. A plain value, and what `toJSON` gives is one too.
 */
export type PartitionerDescription =
  | SparkRddDescription
  | SparkSqlDescription
  | PysparkDescription
  | KafkaDescription
  | KafkaStickyDescription
  | KafkaAdaptiveDescription
  | LibrdkafkaDescription
  | FlinkDescription
  | RangeDescription
  | RoundRobinDescription
  | RoutedDescription
  | WeightedDescription
  | PrefixDescription<PartitionerDescription>
  | CompositeDescription<PartitionerDescription>
  | HotKeyDescription
  | DirectoryDescription<PartitionerDescription>
  | CustomDescription<never>
