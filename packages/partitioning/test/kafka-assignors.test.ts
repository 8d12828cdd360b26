import { describe, expect, it } from 'vitest'
import { createAssignor, PartitionAssignment, type MemberInput, type TopicPartitions } from '../src/index.ts'
import { readVectors } from './vectors.ts'

/** The numbers of partitions by topic and member. */
type Lists = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>

interface Group {
  readonly topics: Readonly<Record<string, number>>
  readonly members: Readonly<Record<string, readonly string[]>>
}

interface Change extends Group {
  /** Whether all members take all topics. */
  readonly alike: boolean
  readonly previous: Lists
  readonly sticky: Lists
  readonly cooperative: Lists
}

const { groups, changes } = readVectors<{
  readonly groups: readonly (Group & { readonly range: Lists; readonly roundrobin: Lists })[]
  readonly changes: readonly Change[]
}>('kafka-assignors')

function inputOf({ topics, members }: Group): [members: MemberInput[], topics: TopicPartitions[]] {
  return [
    Object.entries(members).map(([id, taken]) => ({ id, topics: taken })),
    Object.entries(topics).map(([topic, partitions]) => ({ topic, partitions })),
  ]
}

function assignmentOf(lists: Lists, { topics }: Group): PartitionAssignment {
  const owned = Object.entries(lists).map(([id, byTopic]) => [
    id,
    Object.entries(byTopic).flatMap(([topic, numbers]) => numbers.map((partition) => ({ topic, partition }))),
  ])
  return PartitionAssignment.fromLists(
    Object.entries(topics).map(([topic, partitions]) => ({ topic, partitions })),
    Object.fromEntries(owned) as Record<string, { topic: string; partition: number }[]>,
  )
}

/** The sum of squares: of all ways to share out the same partitions the most even one has the least. */
function unevenness(assignment: PartitionAssignment): number {
  return [...assignment.counts().values()].reduce((sum, count) => sum + count ** 2, 0)
}

/** How many partitions go from a member that is still there to another one. */
function transfers(before: PartitionAssignment, after: PartitionAssignment): number {
  return [...after.owners.keys()].filter((index) => {
    const [from, to] = [before.members[before.owners[index]!], after.members[after.owners[index]!]]
    return from !== undefined && to !== from && after.members.includes(from)
  }).length
}

describe("Kafka's own assignors", () => {
  it.each(['range', 'roundrobin'] as const)('share out as %s does here, partition by partition', (kind) => {
    for (const group of groups) {
      const [members, topics] = inputOf(group)
      expect(createAssignor({ kind }).assign(undefined, members, topics).assignment.toLists()).toEqual(group[kind])
    }
  })

  it('share out no more evenly than sticky does here, and move no fewer partitions for it', () => {
    const assignor = createAssignor({ kind: 'sticky' })
    for (const change of changes) {
      const previous = assignmentOf(change.previous, change)
      const theirs = assignmentOf(change.sticky, change)
      const { assignment, moves, provablyMinimal } = assignor.assign(previous, ...inputOf(change))
      expect(provablyMinimal).toBe(true)
      expect(unevenness(assignment)).toBeLessThanOrEqual(unevenness(theirs))
      if (unevenness(assignment) === unevenness(theirs)) {
        expect(moves.transfers).toBeLessThanOrEqual(transfers(previous, theirs))
      }
      if (change.alike) expect(unevenness(assignment)).toBe(unevenness(theirs))
    }
  })

  it('take no fewer partitions from their owners first than cooperative-sticky does here', () => {
    const assignor = createAssignor({ kind: 'cooperative-sticky' })
    for (const change of changes) {
      const previous = assignmentOf(change.previous, change)
      const theirs = assignmentOf(change.cooperative, change)
      const { assignment, balance } = assignor.assign(previous, ...inputOf(change))
      const open = theirs.owners.filter((owner) => owner < 0).length
      if (change.alike) expect(balance.unowned).toBeLessThanOrEqual(open)
      for (const [index, owner] of assignment.owners.entries()) {
        const before = previous.members[previous.owners[index]!]
        if (owner >= 0 && before !== undefined && assignment.members.includes(before)) {
          expect(assignment.members[owner]).toBe(before)
        }
      }
    }
  })
})
