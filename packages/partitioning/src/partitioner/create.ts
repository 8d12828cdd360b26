import { systemPorts, type Key, type Random } from '@ringkeeper/core'
import { partitioningErrors } from '../errors.ts'
import { CompositePartitioner } from '../kinds/composite.ts'
import { CustomPartitioner } from '../kinds/custom.ts'
import { DirectoryPartitioner } from '../kinds/directory.ts'
import { FlinkPartitioner } from '../kinds/flink.ts'
import { HotKeyPartitioner, type HotKeyDescription } from '../kinds/hot-key.ts'
import { KafkaAdaptivePartitioner, type KafkaAdaptiveDescription } from '../kinds/kafka-adaptive.ts'
import { KafkaStickyPartitioner, type KafkaStickyDescription } from '../kinds/kafka-sticky.ts'
import { KafkaPartitioner } from '../kinds/kafka.ts'
import { LibrdkafkaPartitioner } from '../kinds/librdkafka.ts'
import { PrefixPartitioner } from '../kinds/prefix.ts'
import { PysparkPartitioner } from '../kinds/pyspark.ts'
import { RangePartitioner } from '../kinds/range.ts'
import { RoundRobinPartitioner } from '../kinds/round-robin.ts'
import { RoutedPartitioner } from '../kinds/routed.ts'
import { SparkRddPartitioner } from '../kinds/spark-rdd.ts'
import { SparkSqlPartitioner } from '../kinds/spark-sql.ts'
import { WeightedPartitioner } from '../kinds/weighted.ts'
import type { Compare } from '../range/compare.ts'
import type { PartitionerDescription } from './description.ts'
import type { PartitionKey } from './key.ts'
import { checkOptions } from './options.ts'
import { DESCRIPTION_VERSION, type BatchPartitioner, type StoredDescription } from './partitioner.ts'

/** What a description can name but not hold. */
export interface PartitionerEnvironment {
  /** For kinds that draw; the system's randomness by default. */
  readonly random?: Random | undefined
  /** The functions of `custom`, by name. */
  readonly functions?: Readonly<Record<string, (key: never) => number>> | undefined
  /** The comparators of `range`, by name. */
  readonly comparators?: Readonly<Record<string, Compare<never>>> | undefined
}

/** The kinds by name, as everybody may list them. */
export type PartitionerKind = PartitionerDescription['kind']

type Make<Description> = (description: Description, environment: PartitionerEnvironment) => BatchPartitioner<never>

const makers: { readonly [Kind in PartitionerKind]: Make<Extract<PartitionerDescription, { kind: Kind }>> } = {
  'spark-rdd': (description) => new SparkRddPartitioner(description),
  'spark-sql': (description) => new SparkSqlPartitioner(description),
  pyspark: (description) => new PysparkPartitioner(description),
  kafka: (description) => new KafkaPartitioner(description),
  'kafka-sticky': (description, environment) => new KafkaStickyPartitioner(description, randomOf(environment)),
  'kafka-adaptive': (description, environment) => new KafkaAdaptivePartitioner(description, randomOf(environment)),
  'librdkafka-consistent': librdkafka,
  'librdkafka-consistent-random': librdkafka,
  'librdkafka-murmur2': librdkafka,
  'librdkafka-fnv1a': librdkafka,
  flink: (description) => new FlinkPartitioner(description),
  range: (description, { comparators }) =>
    new RangePartitioner<never>(description, named('comparator', description.comparator, comparators)),
  'round-robin': (description) => new RoundRobinPartitioner(description),
  ring: routed,
  rendezvous: routed,
  jump: routed,
  maglev: routed,
  slots: routed,
  weighted: (description) => new WeightedPartitioner(description),
  prefix: (description, environment) =>
    new PrefixPartitioner(description, inner('inner', description.inner, environment)),
  composite: ({ first, then, keys }, environment) =>
    new CompositePartitioner(inner('first', first, environment), inner('then', then, environment), keys),
  'hot-key': (description) => new HotKeyPartitioner(description),
  directory: (description, environment) => {
    const { default: otherwise } = description
    if (otherwise === undefined || typeof otherwise === 'number')
      return new DirectoryPartitioner(description, otherwise)
    return new DirectoryPartitioner(description, inner<Key>('default', otherwise, environment))
  },
  custom: (description, { functions }) => {
    const { numPartitions, function: given } = description
    if (typeof given === 'function') return new CustomPartitioner<never>(numPartitions, given)
    if (typeof given !== 'string') {
      const expected = 'a function, or the name of one'
      throw partitioningErrors.BAD_OPTION({ option: 'function', value: given, expected })
    }
    return new CustomPartitioner<never>(numPartitions, named('function', given, functions)!, given)
  },
}

/** The names of all kinds. */
export const partitionerKinds: readonly PartitionerKind[] = Object.freeze(Object.keys(makers) as PartitionerKind[])

/**
 * Makes a partitioner of its description: of a new one, or of what `toJSON` gave.
 *
 * @typeParam K - the keys that it takes; by default what the ready-made kinds take
 * @param environment - what the description names: functions, comparators, and where chance comes from
 * @throws RK_PARTITIONING_UNKNOWN_KIND, RK_PARTITIONING_BAD_OPTION, RK_PARTITIONING_BAD_VERSION
 * @example
 * ```ts
 * const partitioner = createPartitioner({ kind: 'spark-sql', numPartitions: 200 })
 * partitioner.partition('user:42') // where Spark's repartition(200, "user") puts it
 * createPartitioner(JSON.parse(JSON.stringify(partitioner))).equals(partitioner) // true
 * ```
 */
export function createPartitioner(
  description: HotKeyDescription,
  environment?: PartitionerEnvironment,
): HotKeyPartitioner
export function createPartitioner(
  description: KafkaStickyDescription,
  environment?: PartitionerEnvironment,
): KafkaStickyPartitioner
export function createPartitioner(
  description: KafkaAdaptiveDescription,
  environment?: PartitionerEnvironment,
): KafkaAdaptivePartitioner
export function createPartitioner<K = PartitionKey>(
  description: PartitionerDescription | StoredDescription,
  environment?: PartitionerEnvironment,
): BatchPartitioner<K>
export function createPartitioner<K>(
  description: PartitionerDescription | StoredDescription,
  environment: PartitionerEnvironment = {},
): BatchPartitioner<K> {
  checkDescription('description', description)
  const { kind } = description as { kind?: unknown }
  if (typeof kind !== 'string' || !Object.hasOwn(makers, kind)) {
    throw partitioningErrors.UNKNOWN_KIND({ kind, known: partitionerKinds })
  }
  const { version = DESCRIPTION_VERSION } = description as { version?: unknown }
  if (version !== DESCRIPTION_VERSION) {
    throw partitioningErrors.BAD_VERSION({ version, expected: DESCRIPTION_VERSION })
  }
  checkOptions(description as PartitionerDescription)
  const make = makers[kind as PartitionerKind] as unknown as Make<PartitionerDescription>
  const partitioner = make(description as PartitionerDescription, environment) as unknown as BatchPartitioner<K>
  checkSize(description, partitioner)
  return partitioner
}

/** {@link createPartitioner} of a stored description, in the words of the other classes. */
export const fromJSON: typeof createPartitioner = createPartitioner

function librdkafka(
  description: ConstructorParameters<typeof LibrdkafkaPartitioner>[0],
  environment: PartitionerEnvironment,
): BatchPartitioner<never> {
  return new LibrdkafkaPartitioner(description, randomOf(environment))
}

function routed(description: ConstructorParameters<typeof RoutedPartitioner>[0]): BatchPartitioner<never> {
  return new RoutedPartitioner(description)
}

function inner<K>(
  option: string,
  description: PartitionerDescription,
  environment: PartitionerEnvironment,
): BatchPartitioner<K> {
  checkDescription(option, description)
  return createPartitioner<K>(description, environment)
}

/** Where other options say how many partitions there are, `numPartitions` may be left out but not be another number. */
function checkSize(description: object, { numPartitions }: BatchPartitioner<never>): void {
  const { numPartitions: given = numPartitions } = description as { numPartitions?: unknown }
  if (given === numPartitions) return
  const expected = `${numPartitions}, as the other options say, or leave it out`
  throw partitioningErrors.BAD_OPTION({ option: 'numPartitions', value: given, expected })
}

function checkDescription(option: string, value: unknown): void {
  if (typeof value === 'object' && value !== null) return
  const expected = 'the description of a partitioner, such as { kind: "kafka", numPartitions: 12 }'
  throw partitioningErrors.BAD_OPTION({ option, value, expected })
}

function randomOf({ random }: PartitionerEnvironment): Random {
  return random ?? systemPorts().random
}

function named<F>(
  option: string,
  name: string | undefined,
  given: Readonly<Record<string, F>> | undefined,
): F | undefined {
  if (name === undefined) return undefined
  if (typeof name !== 'string' || given === undefined || !Object.hasOwn(given, name)) {
    throw partitioningErrors.UNKNOWN_FUNCTION({ option, name: String(name) })
  }
  return given[name]
}
