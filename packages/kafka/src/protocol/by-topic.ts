import type { Shard } from '@ringkeeper/core'

/** Sorts by topic, as requests about many partitions list them. */
export function byTopic<Item extends { readonly shard: Shard }>(items: readonly Item[]): [string, Item[]][] {
  const topics = new Map<string, Item[]>()
  for (const item of items) {
    const ofTopic = topics.get(item.shard.topic)
    if (ofTopic) ofTopic.push(item)
    else topics.set(item.shard.topic, [item])
  }
  return [...topics]
}
