import type { TopicPartitions } from '../assign/partition-set.ts'

/** What the assigner needs of kafkajs's cluster. */
export interface KafkajsCluster {
  readonly findTopicPartitionMetadata: (topic: string) => readonly { readonly partitionId: number }[]
  readonly metadata: (request: { readonly topics: string[] }) => Promise<KafkajsMetadata>
}

/** What the brokers say of topics. */
export interface KafkajsMetadata {
  readonly brokers: readonly { readonly nodeId: number; readonly rack?: string | null | undefined }[]
  readonly topicMetadata: readonly {
    readonly topic: string
    readonly partitionMetadata: readonly { readonly partitionId: number; readonly replicas: readonly number[] }[]
  }[]
}

/** With these a broker says that a topic is not there for this client. */
const absent: readonly unknown[] = [
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
]

/**
 * How many partitions each topic of a group has. The leader's cluster knows the topics that the leader itself takes; the
 * brokers are asked for those that only others take. Topics that do not exist are left out: whoever takes one gets
 * nothing of it.
 *
 * @param own - the topics that the leader takes
 * @param others - those that it does not take
 */
export async function countTopics(
  cluster: KafkajsCluster,
  own: readonly string[],
  others: readonly string[],
): Promise<TopicPartitions[]> {
  const known = own.map((topic) => ({ topic, partitions: cluster.findTopicPartitionMetadata(topic).length }))
  if (others.length === 0) return known
  const asked = await askFor(cluster, own, others)
  const wanted = new Set(others)
  return [...known, ...asked.flatMap(topicsOf).filter(({ topic }) => wanted.has(topic))]
}

/** {@link countTopics}, and the racks of each partition's replicas as its zones. */
export async function locateTopics(
  cluster: KafkajsCluster,
  own: readonly string[],
  others: readonly string[],
): Promise<TopicPartitions[]> {
  const wanted = new Set([...own, ...others])
  const byTopic = new Map<string, TopicPartitions>()
  for (const metadata of await askFor(cluster, own, others)) {
    for (const topic of topicsOf(metadata)) if (wanted.has(topic.topic)) byTopic.set(topic.topic, topic)
  }
  return [...byTopic.values()]
}

/**
 * Always with the leader's own topics: kafkajs may keep the answer as all that it knows. `addMultipleTargetTopics` would
 * keep the others' topics for good, and once one of them is deleted every refresh of the leader's would fail.
 */
async function askFor(
  cluster: KafkajsCluster,
  own: readonly string[],
  others: readonly string[],
): Promise<KafkajsMetadata[]> {
  try {
    return [await cluster.metadata({ topics: [...own, ...others] })]
  } catch (error) {
    if (!isAbsent(error) || others.length === 0) throw error
    // One topic that is not there spoils the answer for all, and the answer does not say which one it is.
    const answers: KafkajsMetadata[] = own.length === 0 ? [] : [await cluster.metadata({ topics: [...own] })]
    for (const topic of others) {
      try {
        answers.push(await cluster.metadata({ topics: [...own, topic] }))
      } catch (reason) {
        if (!isAbsent(reason)) throw reason
      }
    }
    return answers
  }
}

function isAbsent(error: unknown): boolean {
  return absent.includes((error as { readonly type?: unknown } | null | undefined)?.type)
}

function topicsOf({ brokers, topicMetadata }: KafkajsMetadata): TopicPartitions[] {
  const racks = new Map(brokers.map(({ nodeId, rack }) => [nodeId, rack]))
  return topicMetadata.map(({ topic, partitionMetadata }) => {
    const zones: string[][] = partitionMetadata.map(() => [])
    for (const { partitionId, replicas } of partitionMetadata) {
      zones[partitionId] = replicas.flatMap((broker) => racks.get(broker) ?? [])
    }
    return { topic, partitions: partitionMetadata.length, zones }
  })
}
