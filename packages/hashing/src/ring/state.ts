import { checksumOf } from '../checksum.ts'
import { hashingErrors } from '../errors.ts'
import type { Node } from '../nodes.ts'
import { buildPoints } from './build.ts'
import { GONE, mergePoints, sortedAdditions } from './merge.ts'
import type { Placement, PlacementSettings } from './placement.ts'
import type { Points } from './points.ts'

/** What a ring is made from. */
export interface RingSettings extends PlacementSettings {
  readonly placement: Placement
  readonly maxPoints: number
  readonly memo: number
}

/** Where a ring's points come from: placed anew, merged with a previous ring's, or handed over ready. */
export interface PointsSource {
  readonly previous?: RingState
  readonly points?: (shape: { count: number; nodes: number; wide: boolean }) => Points
}

/** Everything that a ring knows; immutable. */
export class RingState {
  /** All members, also drained ones. */
  readonly members: readonly Node[]
  /** The members that can own keys, ordered by id; a point's owner is an index into them. */
  readonly live: readonly Node[]
  /** How many points each live node has. */
  readonly counts: readonly number[]
  readonly points: Points
  readonly settings: RingSettings
  readonly version: number
  readonly checksum: number

  constructor(members: readonly Node[], settings: RingSettings, version: number, source: PointsSource = {}) {
    const { placement, maxPoints } = settings
    const all = placement.counts(members, settings)
    const order = members
      .map((node, given) => ({ node, given, count: all[given]! }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => (a.node.id < b.node.id ? -1 : 1))
    this.members = members
    this.live = order.map(({ node }) => node)
    this.counts = order.map(({ count }) => count)
    this.settings = settings
    this.version = version
    const count = this.counts.reduce((sum, each) => sum + each, 0)
    if (count > maxPoints) throw hashingErrors.TOO_MANY_POINTS({ points: count, maxPoints })
    const shape = { count, nodes: this.live.length, wide: placement.wide !== undefined }
    this.points =
      source.points?.(shape) ??
      mergedPoints(this, source.previous) ??
      placedPoints(
        this,
        byTies(
          placement,
          order.map(({ given }) => given),
        ),
      )
    this.checksum = checksumOf(identity(this))
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
  return placement.wide?.build(live, counts) ?? buildPoints(counts, placement.placer(live, settings), order)
}

function* identity({ settings, live, counts, points }: RingState): Iterable<string | number> {
  yield settings.placement.name
  yield settings.seed
  for (let i = 0; i < live.length; i++) {
    yield live[i]!.id
    yield counts[i]!
    yield live[i]!.zone ?? ''
  }
  if (settings.placement.ties === 'id') return
  // The same nodes in another order: collisions are all that can differ.
  const { count, positions, owners } = points
  for (let i = 1; i < count; i++) {
    if (positions[i] !== positions[i - 1]) continue
    yield positions[i]!
    yield owners[i - 1]!
  }
}

/** Nodes that keep their number of points keep the points; only the others' are placed anew. */
function mergedPoints(next: RingState, old: RingState | undefined): Points | undefined {
  if (old === undefined || !next.settings.placement.independent) return undefined
  const renamed = new Int32Array(old.live.length).fill(GONE)
  const fresh: number[] = []
  let kept = 0
  let from = 0
  next.live.forEach(({ id }, node) => {
    while (from < old.live.length && old.live[from]!.id < id) from++
    if (old.live[from]?.id === id && old.counts[from] === next.counts[node]) {
      renamed[from] = node
      kept += next.counts[node]!
    } else {
      fresh.push(node)
    }
  })
  const added = fresh.reduce((sum, node) => sum + next.counts[node]!, 0)
  if (added > kept || next.live.length > 0x10_0000) return undefined
  const positions = new Uint32Array(added)
  const owners = new Uint32Array(added)
  const place = next.settings.placement.placer(next.live, next.settings)
  let at = 0
  for (const node of fresh) {
    const end = at + next.counts[node]!
    place(node, positions, at, end)
    owners.fill(node, at, end)
    at = end
  }
  return mergePoints(old.points, renamed, kept, sortedAdditions(positions, owners), next.live.length)
}
