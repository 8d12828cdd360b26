import { checksumWith } from '../checksum.ts'
import { hashingErrors } from '../errors.ts'
import type { Node } from '../nodes.ts'
import { buildPoints } from './build.ts'
import { closeCircle, draftOf, insertPoint, removePoint, renameOwners } from './change.ts'
import type { Placement, PlacementSettings } from './placement.ts'
import { ownerBitsFor, pointsInOrder, slotsPerPoint, type Points } from './points.ts'

/** What a ring is made from. */
export interface RingSettings extends PlacementSettings {
  readonly placement: Placement
  readonly maxPoints: number
  readonly memo: number
}

/** Where a ring's points come from: placed anew, changed from a previous ring's, or handed over ready. */
export interface PointsSource {
  readonly previous?: RingState
  readonly points?: (state: RingState) => Points
}

/** Everything that a ring knows; immutable. */
export class RingState {
  /** All members, also drained ones. */
  readonly members: readonly Node[]
  /** The members that can own keys, ordered by id; a point's owner is an index into them. */
  readonly live: readonly Node[]
  /** How many points each live node has. */
  readonly counts: readonly number[]
  /** How many points there are together. */
  readonly count: number
  readonly points: Points
  readonly settings: RingSettings
  readonly version: number
  readonly checksum: number

  constructor(members: readonly Node[], settings: RingSettings, version: number, source: PointsSource = {}) {
    const { placement, maxPoints } = settings
    const all = placement.counts(members, settings)
    const order = [...members.keys()].filter((given) => all[given]! > 0)
    // Where nodes have points of their own, the members are in this order already.
    if (!placement.independent) order.sort((a, b) => (members[a]!.id < members[b]!.id ? -1 : 1))
    this.members = members
    this.live = order.map((given) => members[given]!)
    this.counts = order.map((given) => all[given]!)
    this.settings = settings
    this.version = version
    this.count = this.counts.reduce((sum, each) => sum + each, 0)
    if (this.count > maxPoints) throw hashingErrors.TOO_MANY_POINTS({ points: this.count, maxPoints })
    this.points =
      source.points?.(this) ?? changedPoints(this, source.previous) ?? placedPoints(this, byTies(placement, order))
    this.checksum = checksumOfState(this)
  }
}

/** The live nodes in the order in which they win collisions. */
function byTies({ ties }: Placement, given: readonly number[]): readonly number[] {
  const order = given.map((_, node) => node)
  if (ties === 'first') order.sort((a, b) => given[a]! - given[b]!)
  if (ties === 'last') order.sort((a, b) => given[b]! - given[a]!)
  return order
}

function placedPoints({ settings, live, counts }: RingState, order: readonly number[]): Points {
  const { placement } = settings
  return (
    placement.wide?.build(live, counts) ??
    buildPoints(counts, placement.placer(live, settings), order, settings.maxPoints)
  )
}

function checksumOfState({ settings, live, counts, points }: RingState): number {
  const { name, ties, wide, secretCheck } = settings.placement
  let sum = checksumWith(settings.seed | 0, name)
  if (secretCheck !== undefined) sum = checksumWith(sum, secretCheck)
  for (let i = 0; i < live.length; i++) {
    sum = checksumWith(checksumWith(sum, live[i]!.id), counts[i]!)
    if (live[i]!.zone !== undefined) sum = checksumWith(sum, live[i]!.zone!)
  }
  // 64-bit positions do not collide.
  return (ties === 'id' || wide !== undefined ? sum : withCollisions(sum, points)) >>> 0
}

/** The same nodes in another order: collisions are all that can differ. */
function withCollisions(sum: number, points: Points): number {
  const { positions, owners } = pointsInOrder(points)
  let all = sum
  for (let i = 1; i < positions.length; i++) {
    if (positions[i] !== positions[i - 1] || owners[i] === owners[i - 1]) continue
    all = checksumWith(checksumWith(all, positions[i]!), owners[i - 1]!)
  }
  return all
}

/** The old points with only those taken out and put in that differ; nothing where building anew is as good. */
function changedPoints(next: RingState, old: RingState | undefined): Points | undefined {
  const { count } = next
  if (old === undefined || !next.settings.placement.independent) return undefined
  if (count === 0 || ownerBitsFor(next.live.length) !== old.points.ownerBits) return undefined
  const now = new Map(next.live.map(({ id }, node) => [id, node]))
  const before = new Map(old.live.map(({ id }, node) => [id, node]))
  const countNow = (node: number): number => next.counts[now.get(old.live[node]!.id) ?? -1] ?? 0
  const countBefore = (node: number): number => old.counts[before.get(next.live[node]!.id) ?? -1] ?? 0
  const changes =
    sumOf(old.live, (node) => Math.max(0, old.counts[node]! - countNow(node))) +
    sumOf(next.live, (node) => Math.max(0, next.counts[node]! - countBefore(node)))
  if (changes > count / 4 || !fits(old.points.slots, count)) return undefined

  const draft = draftOf(old.points)
  for (let node = 0; node < old.live.length; node++) {
    for (const position of positionsOf(old, node, countNow(node), old.counts[node]!)) removePoint(draft, position, node)
  }
  renameOwners(
    draft,
    Uint32Array.from(old.live, ({ id }) => now.get(id) ?? 0),
  )
  for (let node = 0; node < next.live.length; node++) {
    for (const position of positionsOf(next, node, countBefore(node), next.counts[node]!)) {
      if (!insertPoint(draft, position, node)) return undefined
    }
  }
  return closeCircle(draft)
}

/** Whether the slots still suit the number of points. */
function fits(slots: number, count: number): boolean {
  const part = slots / (count * slotsPerPoint(count))
  return part > 0.88 && part < 1.14
}

function sumOf(nodes: readonly Node[], count: (node: number) => number): number {
  return nodes.reduce((sum, _, node) => sum + count(node), 0)
}

const none = /* @__PURE__ */ new Uint32Array(0)

function positionsOf({ settings, live }: RingState, node: number, from: number, to: number): Uint32Array {
  if (from >= to) return none
  const positions = new Uint32Array(to - from)
  settings.placement.placer(live, settings)(node, positions, 0, positions.length, from)
  return positions
}
