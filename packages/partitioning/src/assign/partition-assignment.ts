import type { Assignment } from '@ringkeeper/core'
import { partitioningErrors } from '../errors.ts'
import { PartitionSet, type PartitionsInput, type TopicPartition, type TopicPartitions } from './partition-set.ts'

/** A {@link PartitionAssignment} as JSON. */
export interface PartitionAssignmentJSON {
  readonly version: 1
  readonly members: readonly string[]
  readonly topics: readonly Pick<TopicPartitions, 'topic' | 'partitions'>[]
  /** For each partition of all topics in turn the index of its owner, or -1. */
  readonly owners: readonly number[]
}

/**
 * Who owns which partition, as one column. Immutable: do not change its arrays.
 */
export class PartitionAssignment implements Assignment {
  /** The ids of the members, ordered. */
  readonly members: readonly string[]
  readonly partitions: PartitionSet
  readonly owners: Int32Array
  /** The indices of partitions ordered by owner, and where each member's begin; made when first asked for. */
  #byMember: { readonly order: Int32Array; readonly starts: Int32Array } | undefined

  constructor(members: readonly string[], partitions: PartitionSet, owners: Int32Array) {
    this.members = members
    this.partitions = partitions
    this.owners = owners
  }

  /**
   * An assignment from lists: who owns what, as other programs say it. Topics and partitions that are not there (any
   * more) are ignored.
   *
   * @param lists - by member id the numbers of its partitions, or topics and numbers
   * @throws RK_PARTITIONING_BAD_PREVIOUS for a partition that has two owners, and for one that is no number from 0 on
   */
  static fromLists(
    partitions: PartitionsInput,
    lists: Readonly<Record<string, readonly (number | TopicPartition)[]>>,
  ): PartitionAssignment {
    const set = new PartitionSet(partitions)
    const members = Object.keys(lists).sort()
    const owners = new Int32Array(set.size).fill(-1)
    for (const [member, id] of members.entries()) {
      if (!Array.isArray(lists[id])) throw partitioningErrors.BAD_PREVIOUS({ reason: `member "${id}" has no list` })
      for (const item of lists[id] as readonly (number | TopicPartition)[]) {
        const { topic, partition } =
          typeof item === 'number' ? { topic: '', partition: item } : (Object(item) as TopicPartition)
        if (!Number.isInteger(partition) || partition < 0) {
          throw partitioningErrors.BAD_PREVIOUS({ reason: `${topic}/${partition} is no partition` })
        }
        const index = set.indexOf(topic, partition)
        if (index < 0) continue
        if (owners[index]! >= 0) {
          throw partitioningErrors.BAD_PREVIOUS({ reason: `partition ${topic}/${partition} has two owners` })
        }
        owners[index] = member
      }
    }
    return new PartitionAssignment(members, set, owners)
  }

  /** @throws RK_PARTITIONING_BAD_PREVIOUS, RK_PARTITIONING_BAD_VERSION */
  static fromJSON(json: PartitionAssignmentJSON): PartitionAssignment {
    if (json?.version !== 1) throw partitioningErrors.BAD_VERSION({ version: json?.version, expected: 1 })
    const { members, topics, owners } = json
    if (![members, topics, owners].every((list) => Array.isArray(list)) || new Set(members).size !== members.length) {
      throw partitioningErrors.BAD_PREVIOUS({ reason: 'it has no lists of different members, topics and owners' })
    }
    const set = new PartitionSet(topics)
    const isOwner = (owner: number): boolean => Number.isInteger(owner) && owner >= -1 && owner < members.length
    if (owners.length !== set.size || !owners.every(isOwner)) {
      throw partitioningErrors.BAD_PREVIOUS({ reason: 'its owners do not fit its members and topics' })
    }
    return new PartitionAssignment(members, set, Int32Array.from(owners))
  }

  /** The owner of a partition: by its number where there are no topics; `undefined` where it has none. */
  ownerOf(partition: number): string | undefined
  ownerOf(topic: string, partition: number): string | undefined
  ownerOf(topic: string | number, partition?: number): string | undefined {
    const index = typeof topic === 'number' ? topic : this.partitions.indexOf(topic, partition!)
    return this.members[this.owners[index] ?? -1]
  }

  /** The partitions of a member by index, ascending. */
  indicesOf(member: string): Int32Array {
    const number = this.members.indexOf(member)
    if (number < 0) throw partitioningErrors.UNKNOWN_MEMBER({ member, known: this.members })
    return this.#indicesAt(number)
  }

  /** The partitions of a member. */
  of(member: string): TopicPartition[] {
    return Array.from(this.indicesOf(member), (index) => this.partitions.at(index))
  }

  /** How many partitions each member owns. */
  counts(): Map<string, number> {
    const counts = countOwners(this.owners, this.members.length)
    return new Map(this.members.map((id, member) => [id, counts[member]!]))
  }

  /** The numbers of each member's partitions by topic: what consumers are told. */
  toLists(): Record<string, Record<string, number[]>> {
    // By entries: a member or topic may be called `__proto__`, which an object takes for something else when it is set.
    return Object.fromEntries(this.members.map((member, number) => [member, this.#topicsOf(this.#indicesAt(number))]))
  }

  #topicsOf(indices: Int32Array): Record<string, number[]> {
    const topics = new Map<string, number[]>()
    for (const index of indices) {
      const { topic, partition } = this.partitions.at(index)
      const numbers = topics.get(topic)
      if (numbers === undefined) topics.set(topic, [partition])
      else numbers.push(partition)
    }
    return Object.fromEntries(topics)
  }

  toJSON(): PartitionAssignmentJSON {
    const topics = this.partitions.topics.map(({ topic, partitions }) => ({ topic, partitions }))
    return { version: 1, members: this.members, topics, owners: Array.from(this.owners) }
  }

  #indicesAt(member: number): Int32Array {
    const { order, starts } = (this.#byMember ??= this.#grouped())
    return order.subarray(starts[member], starts[member + 1])
  }

  #grouped(): { readonly order: Int32Array; readonly starts: Int32Array } {
    const counts = countOwners(this.owners, this.members.length)
    const starts = new Int32Array(this.members.length + 1)
    for (let i = 0; i < counts.length; i++) starts[i + 1] = starts[i]! + counts[i]!
    const order = new Int32Array(starts.at(-1)!)
    const next = starts.slice()
    for (let index = 0; index < this.owners.length; index++) {
      const owner = this.owners[index]!
      if (owner >= 0) order[next[owner]!++] = index
    }
    return { order, starts }
  }
}

/** How many partitions each of so many members owns. */
export function countOwners(owners: Int32Array, members: number): Int32Array {
  const counts = new Int32Array(members)
  for (let i = 0; i < owners.length; i++) if (owners[i]! >= 0) counts[owners[i]!]!++
  return counts
}
