/** A worker as the plan sees it. */
export interface PlanMember {
  readonly id: string
  /** Its share relative to the others; 0 for none. */
  readonly weight: number
  /** The most shards it takes, as long as all have room together; no limit when absent. */
  readonly capacity?: number | undefined
}

/**
 * How many shards each member gets: in proportion to the weights, rounded down or up, so that equal weights differ by one
 * at most. What is left over after rounding goes to members that hold more than their rounded share already, then to the largest
 * remainders.
 *
 * @param held - how many shards each member has now.
 */
export function quotas(
  count: number,
  members: readonly PlanMember[],
  held: ReadonlyMap<string, number>,
): Map<string, number> {
  const result = new Map(members.map(({ id }) => [id, 0]))
  let open = members.filter(({ weight }) => weight > 0)
  const room = open.reduce((sum, { capacity = Infinity }) => sum + capacity, 0)
  // Slowly is better than not at all: capacities that do not suffice together are no limit.
  const limitOf = (member: PlanMember): number => (room < count ? Infinity : (member.capacity ?? Infinity))
  let left = count
  for (let full = fullMembers(left, open, limitOf); full.length > 0; full = fullMembers(left, open, limitOf)) {
    for (const member of full) {
      result.set(member.id, limitOf(member))
      left -= limitOf(member)
    }
    open = open.filter((member) => !full.includes(member))
  }
  const shares = open.map((member) => roundedShare(left, member, weightOf(open), held.get(member.id) ?? 0))
  for (const { id, floor } of shares) result.set(id, floor)
  const extras = left - shares.reduce((sum, { floor }) => sum + floor, 0)
  for (const { id, floor } of shares.sort(byClaimOnExtras).slice(0, extras)) result.set(id, floor + 1)
  return result
}

interface Share {
  readonly id: string
  readonly floor: number
  readonly remainder: number
  readonly holdsMore: boolean
}

/** Less than this is an error of the floating point, no remainder. */
const nothing = 1e-9

function roundedShare(count: number, member: PlanMember, weights: number, held: number): Share {
  const ideal = (count * member.weight) / weights
  const floor = Math.floor(ideal + nothing)
  const remainder = Math.max(0, ideal - floor)
  return { id: member.id, floor, remainder, holdsMore: remainder > nothing && held > floor }
}

function byClaimOnExtras(a: Share, b: Share): number {
  if (a.holdsMore !== b.holdsMore) return a.holdsMore ? -1 : 1
  if (Math.abs(a.remainder - b.remainder) > nothing) return b.remainder - a.remainder
  return a.id < b.id ? -1 : 1
}

function fullMembers(
  count: number,
  open: readonly PlanMember[],
  limitOf: (member: PlanMember) => number,
): readonly PlanMember[] {
  const weights = weightOf(open)
  return open.filter((member) => (count * member.weight) / weights >= limitOf(member))
}

function weightOf(members: readonly PlanMember[]): number {
  return members.reduce((sum, { weight }) => sum + weight, 0)
}
