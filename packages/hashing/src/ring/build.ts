import { hashingErrors } from '../errors.ts'
import {
  gapBehind,
  gapMark,
  layoutFor,
  ownerBitsFor,
  ownerMask,
  reachOf,
  slotsPerPoint,
  slotWidth,
  type Points,
} from './points.ts'

/** Writes the positions of one node's points, from number `first` on, into `positions[from, to)`. */
export type PlaceNode = (node: number, positions: Uint32Array, from: number, to: number, first?: number) => void

/** The words of all points, those of one part of the circle together, so that the cache holds the slots they go to. */
interface PlacedPoints {
  readonly words: Int32Array
  /** Where the words of each part end. */
  readonly ends: Uint32Array
  /** How many upper bits of a position say in which part it lies: at least those that words lack. */
  readonly partBits: number
}

/** How many slots a ring may have for each of `maxPoints`: twice as many as points usually get. */
const MOST_SLOTS_PER_POINT = 4

/** So many slots, 4 MiB, are worth no refusal. */
const FREE_SLOTS = 0x10_0000

/** With fewer nodes than this takes, the circle is still worked through in so many parts. */
const FEWEST_PART_BITS = 6

/**
 * Builds a ring whose node `i` has `counts[i]` points; `place` says where they are.
 *
 * @param order - the nodes in the order in which they win collisions
 * @param maxPoints - bounds the memory too
 */
export function buildPoints(
  counts: readonly number[],
  place: PlaceNode,
  order: readonly number[],
  maxPoints: number,
): Points {
  const count = counts.reduce((sum, each) => sum + each, 0)
  const nodes = counts.length
  const most = Math.max(FREE_SLOTS, MOST_SLOTS_PER_POINT * maxPoints)
  const placed = placeAll(count, counts, place, order)
  // Few points of many nodes leave few bits for positions, and need more slots to be told apart.
  for (let named = Math.ceil(slotsPerPoint(count) * count) + 16; named <= most; named *= 2) {
    const layout = layoutFor(count, named, nodes)
    if (reachOf(layout) < 1) continue
    const points = { ...layout, words: new Int32Array(layout.slots) }
    if (putAll(points, placed) && fillGaps(points)) return points
  }
  throw hashingErrors.TOO_MANY_NODES({ nodes, points: count, maxPoints, bytes: 4 * most })
}

function placeAll(count: number, counts: readonly number[], place: PlaceNode, order: readonly number[]): PlacedPoints {
  const positions = new Uint32Array(count)
  let placed = 0
  for (const node of order) place(node, positions, placed, (placed += counts[node]!))

  const bits = ownerBitsFor(counts.length) + 1
  const partBits = Math.max(bits, FEWEST_PART_BITS)
  const shift = 32 - partBits
  const ends = new Uint32Array(2 ** partBits)
  for (let i = 0; i < count; i++) ends[positions[i]! >>> shift]!++
  for (let part = 0, sum = 0; part < ends.length; part++) {
    const start = sum
    sum += ends[part]!
    ends[part] = start
  }
  const words = new Int32Array(count)
  let from = 0
  for (const node of order) {
    const to = from + counts[node]!
    for (let i = from; i < to; i++) {
      const position = positions[i]!
      words[ends[position >>> shift]!++] = (position << bits) | node
    }
    from = to
  }
  return { words, ends, partBits }
}

/** Puts points into their slots, behind those of the same position; says whether there was room. */
function putAll(points: Points, placed: PlacedPoints): boolean {
  const { words, slots, multiplier, shift, ownerBits } = points
  const { ends, partBits } = placed
  const gap = gapMark(points)
  const bits = ownerBits + 1
  const allOwners = 2 ** bits - 1
  words.fill(gap)
  for (let part = 0, i = 0; part < ends.length; part++) {
    const upper = part << (32 - partBits)
    for (const end = ends[part]!; i < end; i++) {
      let word = placed.words[i]!
      const behind = word | allOwners
      const position = upper | (word >>> bits)
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
  let next = words[words.findIndex((word) => (word & gap) === 0)]! & mask
  let together = 0
  let most = 0
  // Without branches: which slots are gaps is chance, so every other one would be guessed wrong.
  for (let slot = slots - 1; slot >= 0; slot--) {
    const word = words[slot]!
    // All bits set for a point, none for a gap.
    const point = ((word & gap) >>> ownerBits) - 1
    next = (word & mask & point) | (next & ~point)
    words[slot] = (word & point) | (((gapBehind(slot, width) << (ownerBits + 1)) | gap | next) & ~point)
    together = (together + 1) & point
    most = Math.max(most, together)
  }
  return most <= reach
}
