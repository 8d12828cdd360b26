import type { Assignment, Assignor } from '@ringkeeper/core'
import { checkInteger, checkOneOf, checkOptions, MAX_COUNT } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { AssignResult } from './assign-result.ts'
import { alignBefore, liveOwners } from './before.ts'
import { assignRanges, assignRoundRobin } from './by-topic.ts'
import { assignEqual, type Solution } from './equal.ts'
import { limitTransfers } from './limit.ts'
import { sortedMembers, type Member, type MemberInput, type MemberOverrides } from './members.ts'
import { assignMixed } from './mixed.ts'
import { PartitionSet, type PartitionsInput } from './partition-set.ts'
import { problemOf } from './problem.ts'
import { solveTaken } from './taken.ts'
import { assignByZone } from './zones.ts'

/** How partitions are shared out; see {@link createAssignor}. */
export type AssignorKind =
  | 'range'
  | 'roundrobin'
  | 'sticky'
  | 'cooperative-sticky'
  | 'uniform'
  | 'capacity-weighted'
  | 'zone-aware'

/** The names of all kinds of assignors. */
export const assignorKinds: readonly AssignorKind[] = Object.freeze([
  'range',
  'roundrobin',
  'sticky',
  'cooperative-sticky',
  'uniform',
  'capacity-weighted',
  'zone-aware',
] satisfies AssignorKind[])

/** What an assignment is asked for besides. */
export interface AssignOptions extends MemberOverrides {
  /**
   * At most so many partitions go from one member that is still there to another; the rest waits for later calls.
   * Partitions without an owner are always given one. Refused by `range` and `roundrobin`, which have no regard to who
   * owns what.
   */
  readonly maxMoves?: number | undefined
}

/** Shares partitions out; see {@link createAssignor}. */
export interface PartitionAssignor extends Assignor<MemberInput, PartitionsInput, AssignOptions> {
  readonly kind: AssignorKind
  /**
   * Who owns what from now on. The same for the same input whatever its order.
   *
   * @param previous - the assignment until now, as this method returned it; members may have left, topics have grown, shrunk
   * or gone
   * @param members - ids, or with weights, zones and topics; nobody owns anything where there are none
   * @param partitions - how many there are, or topics with how many
   * @throws RK_PARTITIONING_BAD_MEMBER, RK_PARTITIONING_DUPLICATE_MEMBER, RK_PARTITIONING_UNKNOWN_MEMBER for weights or zones of
   * somebody else, RK_PARTITIONING_BAD_PREVIOUS, RK_PARTITIONING_BAD_OPTION, also where every member has weight 0
   */
  assign: (
    previous: Assignment | undefined,
    members: readonly MemberInput[],
    partitions: PartitionsInput,
    options?: AssignOptions,
  ) => AssignResult
}

/**
 * Makes an assignor.
 *
 * - `range`: of each topic consecutive partitions to each member, as Kafka's.
 * - `roundrobin`: all partitions in turn, as Kafka's.
 * - `sticky`: evenly, and then with the fewest moves. Members that take the same topics differ by at most one partition.
 * - `cooperative-sticky`: the same in two phases: a partition that changes hands is first taken from its owner.
 * - `uniform`: what Kafka's new consumer protocol calls so; the same as `sticky`.
 * - `capacity-weighted`: `sticky` by the weights of the members. The sticky kinds all take weights.
 * - `zone-aware`: evenly, then with owners in a zone that has a replica, then with the fewest moves.
 *
 * Alike for all kinds: a topic that a member or the previous assignment names and that is not among the partitions is
 * ignored, as Kafka's assignors ignore it; a topic that nobody takes has no owners; a member of weight 0 gets nothing;
 * and where all have weight 0 that is an error.
 *
 * @example
 * ```ts
 * const assignor = createAssignor({ kind: 'sticky' })
 * const first = assignor.assign(undefined, ['a', 'b'], 12)
 * const next = assignor.assign(first.assignment, ['a', 'b', 'c'], 12)
 * next.moves.length // 4, and next.provablyMinimal
 * ```
 */
export function createAssignor(description: { readonly kind: AssignorKind }): PartitionAssignor {
  const kind = checkOneOf('kind', (description as { kind?: AssignorKind } | undefined)?.kind, assignorKinds)
  return { kind, assign: (...input) => assign(kind, ...input) }
}

function assign(
  kind: AssignorKind,
  ...[previous, inputs, input, options = {}]: Parameters<PartitionAssignor['assign']>
): AssignResult {
  checkOptions(options)
  const maxMoves = checkInteger('maxMoves', options.maxMoves ?? MAX_COUNT, 0, MAX_COUNT)
  if (isPlain(kind) && options.maxMoves !== undefined) {
    const expected = `it only to the sticky kinds: ${kind} does not look at who owns what`
    throw partitioningErrors.BAD_OPTION({ option: 'maxMoves', value: maxMoves, expected })
  }
  const members = sortedMembers(inputs, options)
  const partitions = new PartitionSet(input)
  const before = alignBefore(previous, members, partitions)
  const live = liveOwners(before)
  const weights = Float64Array.from(members, ({ weight }) => weight)
  const solution = solveTaken(members, partitions, before.raw, live, (taken, owners) =>
    solve(kind, members, taken, owners, weights),
  )
  let { owners } = solution
  if (live !== undefined && !isPlain(kind)) {
    if (maxMoves < MAX_COUNT) owners = limitTransfers(live, owners, weights, maxMoves)
    if (kind === 'cooperative-sticky') owners = withoutTransfers(live, owners)
  }
  return new AssignResult({ members, partitions, before, solution, owners })
}

function isPlain(kind: AssignorKind): boolean {
  return kind === 'range' || kind === 'roundrobin'
}

function solve(
  kind: AssignorKind,
  members: readonly Member[],
  partitions: PartitionSet,
  live: Int32Array | undefined,
  weights: Float64Array,
): Solution {
  if (kind === 'range') return unproved(assignRanges(members, partitions))
  if (kind === 'roundrobin') return unproved(assignRoundRobin(members, partitions))
  if (kind === 'zone-aware') return assignByZone(problemOf(members, partitions, live), members, partitions)
  // Members that share a list of topics share a set of them, which is looked at once.
  const subscriptions = new Set(members.filter(({ weight }) => weight > 0).map(({ topics }) => topics))
  const alike = [...subscriptions].every((topics) => takesAll(topics, partitions))
  return alike ? assignEqual(partitions.size, live, weights) : assignMixed(problemOf(members, partitions, live))
}

function unproved(owners: Int32Array): Solution {
  return { owners, moves: undefined, leastMoves: undefined }
}

function takesAll(topics: Member['topics'], partitions: PartitionSet): boolean {
  return topics === undefined || partitions.topics.every(({ topic }) => topics.has(topic))
}

/** The first phase: what changes hands has no owner yet. The same array where nothing does. */
function withoutTransfers(live: Int32Array, owners: Int32Array): Int32Array {
  const isTransfer = (i: number): boolean => live[i]! >= 0 && live[i] !== owners[i]
  for (let i = 0; i < owners.length; i++) {
    if (isTransfer(i)) return owners.map((owner, at) => (isTransfer(at) ? -1 : owner))
  }
  return owners
}
