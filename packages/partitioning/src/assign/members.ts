import { checkNumber } from '../check.ts'
import { partitioningErrors } from '../errors.ts'

/** A member as an assignor keeps it. */
export interface Member {
  readonly id: string
  /** Its share relative to the others; 0 drains it. */
  readonly weight: number
  readonly zone: string | undefined
  /** The topics that it takes; all where undefined. */
  readonly topics: readonly string[] | undefined
}

/** A member as it is given: its id alone, or with what the assignor should know of it. */
export type MemberInput =
  | string
  | {
      readonly id: string
      readonly weight?: number | undefined
      readonly zone?: string | undefined
      readonly topics?: readonly string[] | undefined
    }

/** Weights and zones by member id, in place of what the members say. */
export interface MemberOverrides {
  readonly weights?: Readonly<Record<string, number>> | undefined
  readonly zones?: Readonly<Record<string, string>> | undefined
}

/** Checks members and orders them by id (by UTF-16 units), so that no result depends on the order in which they come. */
export function sortedMembers(inputs: readonly MemberInput[], { weights, zones }: MemberOverrides = {}): Member[] {
  const members = inputs.map((input): Member => {
    const given = typeof input === 'string' ? { id: input } : input
    if (typeof given?.id !== 'string' || given.id === '') {
      throw partitioningErrors.BAD_MEMBER({
        member: input,
        expected: 'a non-empty string, or an object with one as id',
      })
    }
    const { id } = given
    const weight = checkNumber(`weight of ${id}`, own(weights, id) ?? given.weight ?? 1, 0)
    return { id, weight, zone: own(zones, id) ?? given.zone, topics: given.topics }
  })
  members.sort((a, b) => (a.id < b.id ? -1 : 1))
  for (let i = 1; i < members.length; i++) {
    if (members[i]!.id === members[i - 1]!.id) throw partitioningErrors.DUPLICATE_MEMBER({ member: members[i]!.id })
  }
  const known = members.map(({ id }) => id)
  for (const member of [...Object.keys(weights ?? {}), ...Object.keys(zones ?? {})]) {
    if (!known.includes(member)) throw partitioningErrors.UNKNOWN_MEMBER({ member, known })
  }
  return members
}

/** What is said of a member, which may be called as something that every object has, such as `constructor`. */
function own<T>(record: Readonly<Record<string, T>> | undefined, id: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, id) ? record[id] : undefined
}

/** Whether all take the same topics. */
export function takeTheSame(members: readonly Member[]): boolean {
  const [first] = members
  if (members.every(({ topics }) => topics === first?.topics)) return true
  const wanted = signature(first!.topics)
  return members.every(({ topics }) => signature(topics) === wanted)
}

function signature(topics: readonly string[] | undefined): string | undefined {
  return topics === undefined ? undefined : JSON.stringify([...new Set(topics)].sort())
}
