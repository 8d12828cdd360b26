import type { Buffer } from 'node:buffer'
import type { MemberInput } from '../assign/members.ts'
import { PartitionAssignment } from '../assign/partition-assignment.ts'
import type { TopicPartition, TopicPartitions } from '../assign/partition-set.ts'
import { decodeClaim, type Claim, type PartitionLists } from './claims.ts'
import { decodeSubscription } from './wire.ts'

/** A member of a group as the leader sees it. */
export interface GroupMember {
  readonly id: string
  readonly topics: readonly string[]
  readonly claim: Claim
}

/**
 * Reads what a member says of itself.
 *
 * @param given - what the leader gave out before, for members that do not say what they own
 */
export function readMember(id: string, metadata: Buffer, given: ReadonlyMap<string, Claim>): GroupMember {
  const { topics, userData } = decodeSubscription(metadata)
  const claim = decodeClaim(userData)
  const known = claim.since === 0 ? given.get(id) : undefined
  return { id, topics, claim: known === undefined ? claim : { ...claim, ...known } }
}

/** The member as an assignor takes it. */
export function memberInput({ id, topics, claim: { weight, zone } }: GroupMember): MemberInput {
  return { id, topics, weight, zone }
}

/** Who owned what: where two members claim a partition, the one that was given it later is right. */
export function previousOf(group: readonly GroupMember[], partitions: readonly TopicPartitions[]): PartitionAssignment {
  const taken = new Set<string>()
  const lists = [...group]
    .sort((a, b) => b.claim.since - a.claim.since)
    .map(({ id, claim }): [string, TopicPartition[]] => {
      const owned = flat(claim.owned).filter(({ topic, partition }) => {
        const isNew = !taken.has(`${topic}/${partition}`)
        taken.add(`${topic}/${partition}`)
        return isNew
      })
      return [id, owned]
    })
  return PartitionAssignment.fromLists(partitions, Object.fromEntries(lists))
}

function flat(lists: PartitionLists): TopicPartition[] {
  return Object.entries(lists).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })))
}
