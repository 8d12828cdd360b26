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

  constructor(
    members: readonly Node[],
    settings: RingSettings,
    version: number,
    previous?: RingState,
    points?: Points,
  ) {
    const { placement } = settings
    const all = placement.counts(members, settings)
    const order = members
      .map((node, i) => ({ node, count: all[i]! }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => (a.node.id < b.node.id ? -1 : 1))
    this.members = members
    this.live = order.map(({ node }) => node)
    this.counts = order.map(({ count }) => count)
    this.settings = settings
    this.version = version
    checkSize(this.counts, settings.maxPoints)
    this.points = points ?? this.#pointsAfter(previous)
    this.checksum = checksumOf(identity(this))
  }

  #pointsAfter(previous: RingState | undefined): Points {
    const { placement } = this.settings
    const merged = placement.independent && previous !== undefined ? mergeInto(previous, this) : undefined
    return merged ?? buildPoints(this.counts, placement.placer(this.live, this.settings))
  }
}

function checkSize(counts: readonly number[], maxPoints: number): void {
  const points = counts.reduce((sum, count) => sum + count, 0)
  if (points > maxPoints) throw hashingErrors.TOO_MANY_POINTS({ points, maxPoints })
}

function* identity({ settings, live, counts }: RingState): Iterable<string | number> {
  yield settings.placement.name
  yield settings.seed
  for (let i = 0; i < live.length; i++) {
    yield live[i]!.id
    yield counts[i]!
    yield live[i]!.zone ?? ''
  }
}

/** Nodes that keep their number of points keep the points; only the others' are placed anew. */
function mergeInto(old: RingState, next: RingState): Points | undefined {
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
