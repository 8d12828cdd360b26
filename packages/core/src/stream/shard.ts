/** One independently readable, ordered part of a source: a Kafka partition, a file, a generator's lane. */
export interface Shard {
  /** A Kafka topic, a file's path, or the name of a generator. */
  readonly topic: string
  readonly partition: number
}

/** A shard as one string, for maps and messages. */
export function shardKey(shard: Shard): string {
  return `${shard.topic}/${shard.partition}`
}
