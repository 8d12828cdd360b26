import { allocatePoints, homeOf, slotsFor, type Layout, type Owners, type Points } from './points.ts'

/** Writes the positions of one node's points, from number `first` on, into `positions[from, to)`. */
export type PlaceNode = (node: number, positions: Uint32Array, from: number, to: number, first?: number) => void

/** Points in order, without gaps. */
export interface SortedPoints {
  readonly positions: Uint32Array
  readonly owners: Owners
  readonly low: Uint32Array
}

/**
 * Builds a ring whose node `i` has `counts[i]` points; `place` says where they are.
 *
 * @param order - the nodes in the order in which they win collisions
 */
export function buildPoints(counts: readonly number[], place: PlaceNode, order: readonly number[]): Points {
  const count = counts.reduce((sum, each) => sum + each, 0)
  const placed = byRegion(placeAll(count, counts, place, order))
  // Points that find their slots taken move on; how far beyond the last slot shows only when it is tried.
  for (let spare = 64; ; spare = spare * 16 + count) {
    const points = emptyPoints(count, counts.length, Math.min(spare, count + 1), false)
    const free = freeMark(points)
    points.owners.fill(free)
    if (putAll(points, placed, free)) return fillGaps(points, free)
  }
}

type PlacedPoints = Pick<SortedPoints, 'positions' | 'owners'>

function placeAll(count: number, counts: readonly number[], place: PlaceNode, order: readonly number[]): PlacedPoints {
  const positions = new Uint32Array(count)
  const owners = counts.length > 0xffff ? new Uint32Array(count) : new Uint16Array(count)
  let from = 0
  for (const node of order) {
    const to = from + counts[node]!
    place(node, positions, from, to)
    owners.fill(node, from, to)
    from = to
  }
  return { positions, owners }
}

/** Brings points of one part of the circle together, so that they are put into slots that the cache holds. */
function byRegion(placed: PlacedPoints): PlacedPoints {
  const count = placed.positions.length
  if (count < 0x8000) return placed
  const next = new Uint32Array(65)
  for (let i = 0; i < count; i++) next[(placed.positions[i]! >>> 26) + 1]!++
  for (let region = 1; region < 65; region++) next[region]! += next[region - 1]!
  const positions = new Uint32Array(count)
  const owners = placed.owners.slice()
  for (let i = 0; i < count; i++) {
    const position = placed.positions[i]!
    const to = next[position >>> 26]!++
    positions[to] = position
    owners[to] = placed.owners[i]!
  }
  return { positions, owners }
}

/** Lays out points of 64-bit positions that are sorted already. */
export function layOut({ positions, owners, low }: SortedPoints, nodes: number): Points {
  const count = positions.length
  const size = slotsFor(count)
  const end = positions.reduce((slot, position) => Math.max(slot, homeOf(size, position)) + 1, 0)
  const points = emptyPoints(count, nodes, Math.max(0, end - homeOf(size, 0xffff_ffff)), true)
  const free = freeMark(points)
  points.owners.fill(free)
  for (let i = 0, slot = 0; i < count; i++, slot++) {
    slot = Math.max(slot, homeOf(points, positions[i]!))
    points.positions[slot] = positions[i]!
    points.low![slot] = low[i]!
    points.owners[slot] = owners[i]!
  }
  return fillGaps(points, free)
}

function emptyPoints(count: number, nodes: number, spare: number, wide: boolean): Points {
  const size = slotsFor(count)
  const slots = homeOf(size, 0xffff_ffff) + 1 + spare + 8
  return allocatePoints({ ...size, count, slots, end: slots }, { slots, nodes, wide })
}

/** An owner that no point has. */
function freeMark({ owners }: Points): number {
  return owners instanceof Uint16Array ? 0xffff : 0xffff_ffff
}

/** Puts points into their slots, behind those of the same position; says whether there was room. */
function putAll(points: Points, placed: PlacedPoints, free: number): boolean {
  const { positions, owners, slots, multiplier, shift } = points
  // The last few slots stay free: there every search for room ends.
  const limit = slots - 8
  for (let i = 0; i < placed.positions.length; i++) {
    let position = placed.positions[i]!
    let owner = placed.owners[i]!
    let slot = Math.imul(position >>> 8, multiplier) >>> shift
    while (owners[slot] !== free && positions[slot]! <= position) slot++
    // From here on every point makes room for the one before it, up to the next free slot.
    for (; owners[slot] !== free; slot++) {
      const movedPosition = positions[slot]!
      const movedOwner = owners[slot]!
      positions[slot] = position
      owners[slot] = owner
      position = movedPosition
      owner = movedOwner
    }
    if (slot >= limit) return false
    positions[slot] = position
    owners[slot] = owner
  }
  return true
}

/** Repeats each point in the free slots before it, and closes the circle behind the last one. */
function fillGaps(points: Points, free: number): Points {
  const { positions, owners, low, slots } = points
  let end = slots
  while (end > 0 && owners[end - 1] === free) end--
  for (let slot = end - 2; slot >= 0; slot--) {
    if (owners[slot] !== free) continue
    positions[slot] = positions[slot + 1]!
    owners[slot] = owners[slot + 1]!
    if (low !== undefined) low[slot] = low[slot + 1]!
  }
  positions.fill(0xffff_ffff, end)
  low?.fill(0xffff_ffff, end)
  owners.fill(owners[0]!, end)
  const { multiplier, shift, count } = points
  const layout: Layout = { multiplier, shift, count, slots, end }
  return { ...points, ...layout }
}
