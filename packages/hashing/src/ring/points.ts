/** How the slots of the points are laid out. */
export interface Layout {
  /** How many points there are. */
  readonly count: number
  /** How many slots there are, the closing ones included. */
  readonly slots: number
  /** The slot that a position names is `(position >>> 8) * multiplier >>> shift`. */
  readonly multiplier: number
  readonly shift: number
  /** How many bits of a word say whose point it is. */
  readonly ownerBits: number
}

/**
 * The points of a ring in a sorted array with gaps. Positions are spread evenly, so a position says almost exactly
 * which slot it belongs to: a point stands in the slot that its position names, or a little further where that is
 * taken. A gap says who owns the next point. So a look-up begins at the slot that the key's position names and nearly
 * always ends there: one word of memory, however many points there are.
 *
 * A word is a position and below it, in `ownerBits + 1` bits, a mark for gaps and the owner. The upper bits of the
 * position fall out at the top. They need not be there: what is compared never differs by more than a few slots, so the
 * sign of the difference of two words tells which is first. A gap's position is a little behind its slot: at or after
 * all positions that are looked for there.
 *
 * The last slots, behind those that positions name, are for points that found theirs taken; the gaps among them close
 * the circle and belong to the first point's owner.
 */
export interface Points extends Layout {
  readonly words: Int32Array
  /** Only where positions have 64 bits: their halves in order, without gaps, beside words that hold owners alone. */
  readonly wide?: WidePositions | undefined
}

/** Positions of 64 bits as halves. */
export interface WidePositions {
  readonly high: Uint32Array
  readonly low: Uint32Array
}

/** How many slots a point gets: more of them save comparisons, fewer keep a large ring in the cache. */
export function slotsPerPoint(count: number): number {
  return count <= 0x4000 ? 2.5 : 1.75
}

/** How many slots stand behind those that positions name. */
const SPARE = 64

/** How many bits the owners of a ring with this many nodes take. */
export function ownerBitsFor(nodes: number): number {
  return nodes < 2 ? 0 : 32 - Math.clz32(nodes - 1)
}

/**
 * A layout with at least `named` slots that positions name: a number of 8 bits times a power of two, so that integers
 * suffice to find a slot.
 */
export function layoutFor(count: number, named: number, nodes: number): Layout {
  const exponent = Math.max(0, Math.ceil(Math.log2(named / 255)))
  const multiplier = Math.ceil(named / 2 ** exponent)
  const slots = multiplier * 2 ** exponent + SPARE
  return { count, slots, multiplier, shift: 24 - exponent, ownerBits: ownerBitsFor(nodes) }
}

/** Where positions have 64 bits: a slot for each point, found by search. */
export function wideLayoutFor(count: number, nodes: number): Layout {
  return { count, slots: count, multiplier: 0, shift: 0, ownerBits: ownerBitsFor(nodes) }
}

/** The layout that a number of slots gives a ring of so many points and nodes. */
export function layoutOf(slots: number, count: number, nodes: number, isWide: boolean): Layout {
  return isWide ? wideLayoutFor(count, nodes) : layoutFor(count, slots - SPARE, nodes)
}

/** The slot that a position (signed or unsigned) names. */
export function homeOf({ multiplier, shift }: Layout, position: number): number {
  return Math.imul(position >>> 8, multiplier) >>> shift
}

/** The slot of the first point at or after a position, or of the gap before it. */
export function successor({ words, multiplier, shift, ownerBits }: Points, position: number): number {
  return slotAt(words, multiplier, shift, ownerBits + 1, position)
}

/** {@link successor} with the fields of the points, for a loop that reads them once. */
function slotAt(words: Int32Array, multiplier: number, shift: number, bits: number, position: number): number {
  const wanted = position << bits
  const home = Math.imul(position >>> 8, multiplier) >>> shift
  // The first two steps without a branch: it would be guessed wrong for every third key, and that be found out only
  // when memory has answered.
  let slot = home + ((words[home]! - wanted) >>> 31) + ((words[home + 1]! - wanted) >>> 31)
  while (((words[slot]! - wanted) | 0) < 0) slot++
  return slot
}

/** The owner of a position: of the point at or after it. */
export function ownerAt(points: Points, position: number): number {
  return points.words[successor(points, position)]! & ownerMask(points)
}

/** {@link ownerAt} of the first `length` positions, into `owners`. */
export function ownersAt(points: Points, positions: Uint32Array, length: number, owners: Int32Array): void {
  const { words, multiplier, shift, ownerBits } = points
  const mask = ownerMask(points)
  const bits = ownerBits + 1
  for (let i = 0; i < length; i++) {
    owners[i] = words[slotAt(words, multiplier, shift, bits, positions[i]!)]! & mask
  }
}

/** The owner that a slot's word names. */
export function ownerIn(points: Points, slot: number): number {
  return points.words[slot]! & ownerMask(points)
}

/** In words: what selects the owner. */
export function ownerMask({ ownerBits }: Layout): number {
  return (1 << ownerBits) - 1
}

/** In words: the mark of a gap. */
export function gapMark({ ownerBits }: Layout): number {
  return 1 << ownerBits
}

/** The word of a point. */
export function pointWord({ ownerBits }: Layout, position: number, owner: number): number {
  return (position << (ownerBits + 1)) | owner
}

/** The word of a gap before a point of `owner`. */
export function gapWord(layout: Layout, slot: number, owner: number): number {
  return (gapBehind(slot, slotWidth(layout)) << (layout.ownerBits + 1)) | gapMark(layout) | owner
}

/** A position at or after all that are looked for in a slot, and not far behind them. */
export function gapBehind(slot: number, width: number): number {
  return ((slot + 2) * width + 256) | 0
}

/** How many slots apart two words may be, so that the sign of their difference is right. */
export function reachOf(layout: Layout): number {
  return Math.floor(2 ** (31 - layout.ownerBits - 1) / slotWidth(layout)) - 5
}

/** How many positions name one slot. */
export function slotWidth({ multiplier, shift }: Layout): number {
  return (2 ** shift / multiplier) * 256
}

/** The position of the point in a slot, with the upper bits that its word has lost. */
export function positionAt(points: Points, slot: number): number {
  const bits = points.ownerBits + 1
  const near = Math.floor(slot * slotWidth(points))
  return near + (((points.words[slot]! - (near << bits)) | 0) >> bits)
}

/** The positions and owners of all points, in order. */
export function pointsInOrder(points: Points): { readonly positions: Uint32Array; readonly owners: Uint32Array } {
  const { count, words, slots } = points
  const positions = new Uint32Array(count)
  const owners = new Uint32Array(count)
  const mark = gapMark(points)
  const mask = ownerMask(points)
  for (let slot = 0, i = 0; slot < slots && i < count; slot++) {
    if ((words[slot]! & mark) !== 0) continue
    positions[i] = positionAt(points, slot)
    owners[i++] = words[slot]! & mask
  }
  return { positions, owners }
}
