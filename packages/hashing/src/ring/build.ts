import { allocatePoints, homeOf, slotsFor, type Layout, type Points } from './points.ts'

/** Writes the positions of one node's points from number `first` on into `positions[from, to)`. */
export type PlaceNode = (node: number, positions: Uint32Array, from: number, to: number, first?: number) => void

/** Points in order, without gaps. */
export interface SortedPoints {
  readonly positions: Uint32Array
  readonly owners: Uint32Array
  readonly low?: Uint32Array
}

/**
 * Builds a ring whose node `i` has `counts[i]` points; `place` says where they are.
 *
 * @param order - the nodes in the order in which they win collisions
 */
export function buildPoints(counts: readonly number[], place: PlaceNode, order: readonly number[]): Points {
  const count = counts.reduce((sum, each) => sum + each, 0)
  const positions = new Uint32Array(count)
  const owners = new Uint32Array(count)
  let from = 0
  for (const node of order) {
    const to = from + counts[node]!
    place(node, positions, from, to)
    owners.fill(node, from, to)
    from = to
  }
  return layOut(sortPoints({ positions, owners }), counts.length)
}

/** Sorts by position, keeping the order of points that collide: into buckets by the upper bits, then by insertion. */
function sortPoints({ positions, owners }: SortedPoints): SortedPoints {
  const count = positions.length
  const shift = 32 - Math.max(1, Math.ceil(Math.log2(Math.max(1, count))))
  const next = new Uint32Array(2 ** (32 - shift))
  for (let i = 0; i < count; i++) next[positions[i]! >>> shift]!++
  for (let bucket = 0, sum = 0; bucket < next.length; bucket++) {
    const size = next[bucket]!
    next[bucket] = sum
    sum += size
  }
  const sorted = { positions: new Uint32Array(count), owners: new Uint32Array(count) }
  for (let i = 0; i < count; i++) {
    const to = next[positions[i]! >>> shift]!++
    sorted.positions[to] = positions[i]!
    sorted.owners[to] = owners[i]!
  }
  settle(sorted)
  return sorted
}

/** Insertion sort: a bucket has about one point, so nothing is ever far from its place. */
function settle({ positions, owners }: SortedPoints): void {
  for (let i = 1; i < positions.length; i++) {
    const position = positions[i]!
    if (positions[i - 1]! <= position) continue
    const owner = owners[i]!
    let to = i
    for (; to > 0 && positions[to - 1]! > position; to--) {
      positions[to] = positions[to - 1]!
      owners[to] = owners[to - 1]!
    }
    positions[to] = position
    owners[to] = owner
  }
}

/** Puts sorted points into slots, repeats each in the gap before it, and closes the circle. */
export function layOut(sorted: SortedPoints, nodes: number): Points {
  const layout = layoutOf(sorted.positions)
  const wide = sorted.low !== undefined
  const points = allocatePoints(layout, { slots: layout.slots, nodes, wide })
  const { positions, owners, low } = points
  let slot = 0
  for (let i = 0; i < layout.count; i++) {
    const position = sorted.positions[i]!
    for (const home = homeOf(layout, position), first = slot; slot === first || slot <= home; slot++) {
      positions[slot] = position
      owners[slot] = sorted.owners[i]!
      if (wide) low![slot] = sorted.low![i]!
    }
  }
  positions.fill(0xffff_ffff, slot)
  low?.fill(0xffff_ffff, slot)
  owners.fill(owners[0]!, slot)
  return points
}

function layoutOf(positions: Uint32Array): Layout {
  const count = positions.length
  const size = slotsFor(count)
  let end = 0
  for (let i = 0; i < count; i++) end = Math.max(end, homeOf(size, positions[i]!)) + 1
  // A few closing slots, so that points which come later find room.
  const slots = Math.max(end, homeOf(size, 0xffff_ffff) + 1) + 8
  return { ...size, count, slots, end }
}
