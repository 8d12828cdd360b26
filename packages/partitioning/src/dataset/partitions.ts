/** Data in partitions: what the functions of this folder take and give. */
export type Partitions<T> = readonly Iterable<T>[]

/** A record with its key. */
export type Pair<K, V> = readonly [key: K, value: V]
