import { defineErrors, describeNames, describeValue, type DefinedErrors } from '@ringkeeper/core'

const table = {
  BAD_OPTION: (data: { option: string; value: unknown; expected: string }): string =>
    `option ${data.option} is ${describeValue(data.value)}; give ${data.expected}`,
  BAD_KEY: (data: { kind: string; key: unknown; expected: string }): string =>
    `a partitioner of kind "${data.kind}" cannot place ${describeValue(data.key)}; give ${data.expected}`,
  ARRAY_KEY: (data: { kind: string; key: unknown }): string =>
    `a partitioner of kind "${data.kind}" cannot place ${describeValue(data.key)}: Java hashes arrays by identity; give a string, or another kind such as spark-sql or kafka`,
  KEYLESS: (data: { kind: string }): string =>
    `a partitioner of kind "${data.kind}" places by the key, and this record has none; use kafka-sticky, kafka-adaptive or round-robin for such records`,
  UNKNOWN_KIND: (data: { kind: unknown; known: readonly string[] }): string =>
    `there is no kind ${describeValue(data.kind)}; the kinds are ${data.known.join(', ')}`,
  BAD_VERSION: (data: { version: unknown; expected: number }): string =>
    `the description has version ${describeValue(data.version)}, this package reads version ${data.expected}; use the release that wrote it, or describe it anew`,
  UNSORTED_BOUNDS: (data: { index: number; lower: unknown; upper: unknown }): string =>
    `bound ${data.index}, ${describeValue(data.upper)}, does not lie above the one before it, ${describeValue(data.lower)}; give bounds in strictly ascending order of the comparator`,
  UNKNOWN_FUNCTION: (data: { option: string; name: string }): string =>
    `no function "${data.name}" is known for ${data.option}; give it in the second argument of createPartitioner`,
  NOT_STORABLE: (data: { option: string }): string =>
    `a function cannot be stored; give ${data.option} a name, and the function under that name in the second argument of createPartitioner`,
  NOT_LISTED: (data: { key: unknown }): string =>
    `the directory has no entry for ${describeValue(data.key)}; add one, or give the directory a default`,
  BAD_PARTITION: (data: { kind: string; partition: unknown; numPartitions: number }): string =>
    `partition ${describeValue(data.partition)} of kind "${data.kind}" is not among the ${data.numPartitions}; give an integer from 0 up to but not including ${data.numPartitions}`,
  SHORT_OUT: (data: { keys: number; out: number }): string =>
    `the array for the result has ${data.out} entries for ${data.keys} keys; give a larger one`,
  DUPLICATE_MEMBER: (data: { member: string }): string => `member "${data.member}" is given twice; give each id once`,
  UNKNOWN_MEMBER: (data: { member: string; known: readonly string[] }): string =>
    `there is no member "${data.member}"; the members are ${describeNames(data.known)}`,
  BAD_MEMBER: (data: { member: unknown; expected: string }): string =>
    `${describeValue(data.member)} is no member; give ${data.expected}`,
  BAD_PREVIOUS: (data: { reason: string }): string =>
    `the previous assignment cannot be used: ${data.reason}; give what assign returned as its assignment`,
}

/** Every error of this package, by its code without the prefix `RK_PARTITIONING_`. */
export const partitioningErrors: DefinedErrors<'RK_PARTITIONING_', typeof table> = /* @__PURE__ */ defineErrors(
  'RK_PARTITIONING_',
  table,
)
