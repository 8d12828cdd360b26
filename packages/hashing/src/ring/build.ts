import { hashingErrors } from '../errors.ts'
import { gapBehind, gapMark, layoutFor, ownerMask, reachOf, slotsPerPoint, slotWidth, type Points } from './points.ts'

/** Writes the positions of one node's points, from number `first` on, into `positions[from, to)`. */
export type PlaceNode = (node: number, positions: Uint32Array, from: number, to: number, first?: number) => void

interface PlacedPoints {
  readonly positions: Uint32Array
  readonly owners: Uint16Array | Uint32Array
}

const MOST_SLOTS = 0x800_0000

/**
 * Builds a ring whose node `i` has `counts[i]` points; `place` says where they are.
 *
 * @param order - the nodes in the order in which they win collisions
 */
export function buildPoints(counts: readonly number[], place: PlaceNode, order: readonly number[]): Points {
  const count = counts.reduce((sum, each) => sum + each, 0)
  const placed = byRegion(placeAll(count, counts, place, order))
  // Few points of many nodes leave few bits for positions, and need more slots to be told apart.
  for (let named = Math.ceil(slotsPerPoint(count) * count) + 16; named < MOST_SLOTS; named *= 2) {
    const layout = layoutFor(count, named, counts.length)
    const points = { ...layout, words: new Int32Array(layout.slots) }
    if (putAll(points, placed) && fillGaps(points)) return points
  }
  throw hashingErrors.TOO_MANY_POINTS({ points: count, maxPoints: MOST_SLOTS })
}

function placeAll(count: number, counts: readonly number[], place: PlaceNode, order: readonly number[]): PlacedPoints {
  const positions = new Uint32Array(count)
  const owners = counts.length > 0x1_0000 ? new Uint32Array(count) : new Uint16Array(count)
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

/** Puts points into their slots, behind those of the same position; says whether there was room. */
function putAll(points: Points, { positions, owners }: PlacedPoints): boolean {
  const { words, slots, multiplier, shift, ownerBits } = points
  const gap = gapMark(points)
  const bits = ownerBits + 1
  const allOwners = 2 ** bits - 1
  words.fill(gap)
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i]!
    const behind = (position << bits) | allOwners
    let word = (position << bits) | owners[i]!
    let slot = Math.imul(position >>> 8, multiplier) >>> shift
    while ((words[slot]! & gap) === 0 && ((words[slot]! - behind) | 0) <= 0) slot++
    // From here on every point makes room for the one before it, up to the next gap.
    for (; (words[slot]! & gap) === 0; slot++) {
      const moved = words[slot]!
      words[slot] = word
      word = moved
    }
    // The last slot stays a gap: there every search for one ends.
    if (slot === slots - 1) return false
    words[slot] = word
  }
  return true
}

/** Says in each gap who owns the next point; or that points stand too close together for words to be compared. */
function fillGaps(points: Points): boolean {
  const { words, slots, ownerBits } = points
  const gap = gapMark(points)
  const mask = ownerMask(points)
  const reach = reachOf(points)
  const width = slotWidth(points)
  if (reach < 1) return false
  let next = words[words.findIndex((word) => (word & gap) === 0)]! & mask
  let together = 0
  for (let slot = slots - 1; slot >= 0; slot--) {
    if ((words[slot]! & gap) === 0) {
      next = words[slot]! & mask
      if (++together > reach) return false
    } else {
      words[slot] = (gapBehind(slot, width) << (ownerBits + 1)) | gap | next
      together = 0
    }
  }
  return true
}
