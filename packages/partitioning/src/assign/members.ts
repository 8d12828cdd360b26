import { checkList, checkOptions, checkWeight, isWeight } from '../check.ts'
import { partitioningErrors } from '../errors.ts'

/** A member as an assignor keeps it. */
export interface Member {
  readonly id: string
  /** Its share relative to the others; 0 drains it. */
  readonly weight: number
  readonly zone: string | undefined
  /** The topics that it takes; all where undefined. */
  readonly topics: ReadonlySet<string> | undefined
}

/** A member as it is given: its id alone, or with what the assignor should know of it. */
export type MemberInput =
  | string
  | {
      readonly id: string
      /**
       * Its share relative to the others, 1 by default; with 0 it gets nothing. `range` and `roundrobin` mind no other
       * weights than 0.
       */
      readonly weight?: number | undefined
      readonly zone?: string | undefined
      /** The topics that it takes, all by default. Those that are not among the partitions are ignored. */
      readonly topics?: readonly string[] | undefined
    }

/** Weights and zones by member id, in place of what the members say. */
export interface MemberOverrides {
  readonly weights?: Readonly<Record<string, number>> | undefined
  readonly zones?: Readonly<Record<string, string>> | undefined
}

/** Checks members and orders them by id (by UTF-16 units), so that no result depends on the order in which they come. */
export function sortedMembers(inputs: readonly MemberInput[], { weights, zones }: MemberOverrides = {}): Member[] {
  checkList('members', inputs, 'a list of ids, or of objects with one as id')
  if (weights !== undefined) checkOptions(weights, 'weights')
  if (zones !== undefined) checkOptions(zones, 'zones')
  const setOf = topicSets()
  const members = inputs.map((input): Member => {
    const given = typeof input === 'string' ? { id: input } : input
    if (typeof given?.id !== 'string' || given.id === '') {
      throw partitioningErrors.BAD_MEMBER({
        member: input,
        expected: 'a non-empty string, or an object with one as id',
      })
    }
    const { id } = given
    const weight = own(weights, id) ?? given.weight ?? 1
    // The name of the option is made where it is needed only: there may be thousands of members.
    if (!isWeight(weight)) checkWeight(`weight of ${id}`, weight)
    return { id, weight, zone: own(zones, id) ?? given.zone, topics: setOf(given.topics) }
  })
  members.sort((a, b) => (a.id < b.id ? -1 : 1))
  for (let i = 1; i < members.length; i++) {
    if (members[i]!.id === members[i - 1]!.id) throw partitioningErrors.DUPLICATE_MEMBER({ member: members[i]!.id })
  }
  checkKnown(members, weights)
  checkKnown(members, zones)
  if (members.length > 0 && members.every(({ weight }) => weight === 0)) {
    const expected = 'at least one member a weight above 0, or nobody may own anything'
    throw partitioningErrors.BAD_OPTION({ option: 'weight of every member', value: 0, expected })
  }
  return members
}

/** Makes lists of topics into sets. Members mostly take the same topics, and a set is much more work than a comparison. */
function topicSets(): (topics: readonly string[] | undefined) => ReadonlySet<string> | undefined {
  const sets = new Map<readonly string[], ReadonlySet<string>>()
  let last: readonly string[] = []
  return (topics) => {
    if (topics === undefined) return undefined
    checkList('topics', topics, 'a list of names')
    const isSame = topics === last || (topics.length === last.length && topics.every((topic, i) => topic === last[i]))
    const set = sets.get(isSame ? last : topics) ?? new Set(topics)
    sets.set(topics, set)
    last = topics
    return set
  }
}

function checkKnown(members: readonly Member[], overrides: Readonly<Record<string, unknown>> | undefined): void {
  if (overrides === undefined) return
  const known = new Set(members.map(({ id }) => id))
  for (const member of Object.keys(overrides)) {
    if (!known.has(member)) throw partitioningErrors.UNKNOWN_MEMBER({ member, known: [...known] })
  }
}

/** What is said of a member, which may be called as something that every object has, such as `constructor`. */
function own<T>(record: Readonly<Record<string, T>> | undefined, id: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, id) ? record[id] : undefined
}

/** Whether a member may own partitions of a topic. */
export function isTaker({ topics, weight }: Member, topic: string): boolean {
  return weight > 0 && (topics === undefined || topics.has(topic))
}
