import { checkInteger, checkList, MAX_COUNT } from '../check.ts'
import { partitioningErrors } from '../errors.ts'

/** A topic with its partitions. */
export interface TopicPartitions {
  readonly topic: string
  /** How many there are, numbered from 0. */
  readonly partitions: number
  /** For each partition the zones that have a replica of it; for zone-aware assignment. */
  readonly zones?: readonly (readonly string[])[] | undefined
}

/** A partition by topic and number. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Which partitions there are: so many without a topic, or topics in any order. */
export type PartitionsInput = number | readonly TopicPartitions[]

/** Partitions in columns: those of all topics one after the other, each known by its index. */
export class PartitionSet {
  readonly topics: readonly TopicPartitions[]
  readonly size: number
  /** The index of each topic's first partition, and the size at the end. */
  readonly starts: Int32Array
  #byName: Map<string, number> | undefined

  /** Topics are put in the order of their names, so that the order in which they are given means nothing. */
  constructor(input: PartitionsInput) {
    if (typeof input !== 'number')
      checkList('partitions', input, 'a number of them, or a list of topics with how many each has')
    const given = typeof input === 'number' ? [{ topic: '', partitions: input }] : input
    const topics: TopicPartitions[] = []
    for (const each of given) {
      if (typeof each?.topic !== 'string') {
        const expected = 'topics such as { topic: "orders", partitions: 12 }'
        throw partitioningErrors.BAD_OPTION({ option: 'partitions', value: input, expected })
      }
      // Copies: whoever gave them may let a topic grow in place, and the assignment until then must not grow with it.
      topics.push({ topic: each.topic, partitions: each.partitions, zones: each.zones })
    }
    topics.sort((a, b) => (a.topic < b.topic ? -1 : 1))
    this.topics = topics
    this.starts = new Int32Array(topics.length + 1)
    let size = 0
    for (let i = 0; i < topics.length; i++) {
      const { topic, partitions } = topics[i]!
      // The name of the option is made where it is needed only: there may be a hundred thousand topics.
      if (!Number.isInteger(partitions) || partitions < 0 || partitions > MAX_COUNT - size) {
        checkInteger(`partitions of topic "${topic}"`, partitions, 0, MAX_COUNT - size)
      }
      size += partitions
      this.starts[i + 1] = size
      if (i > 0 && topics[i - 1]!.topic === topic) {
        throw partitioningErrors.BAD_OPTION({ option: 'partitions', value: topic, expected: 'each topic once' })
      }
    }
    this.size = size
  }

  /** The number of the topic that an index belongs to. */
  topicAt(index: number): number {
    let low = 0
    let high = this.topics.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.starts[middle]! <= index) low = middle
      else high = middle
    }
    return low
  }

  /** The partition of an index. */
  at(index: number): TopicPartition {
    const topic = this.topicAt(index)
    return { topic: this.topics[topic]!.topic, partition: index - this.starts[topic]! }
  }

  /** The number of a topic; -1 where there is none of that name. */
  topicNumber(topic: string): number {
    this.#byName ??= new Map(this.topics.map(({ topic: name }, i) => [name, i]))
    return this.#byName.get(topic) ?? -1
  }

  /** The index of a partition; -1 where there is none. */
  indexOf(topic: string, partition: number): number {
    const number = this.topicNumber(topic)
    const isThere = number >= 0 && Number.isInteger(partition) && partition >= 0
    return isThere && partition < this.topics[number]!.partitions ? this.starts[number]! + partition : -1
  }

  /** Whether both number the same partitions alike. */
  sameAs(other: PartitionSet): boolean {
    if (this === other) return true
    if (this.size !== other.size || this.topics.length !== other.topics.length) return false
    return this.topics.every(({ topic, partitions }, i) => {
      const theirs = other.topics[i]!
      return theirs.topic === topic && theirs.partitions === partitions
    })
  }
}
