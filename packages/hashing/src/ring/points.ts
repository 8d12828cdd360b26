/** Which node a point belongs to: a 16-bit index wherever the nodes fit. */
export type Owners = Uint16Array | Uint32Array

/** How the slots of {@link Points} are laid out. */
export interface Layout {
  /** How many points there are. */
  readonly count: number
  /** How many slots there are, the closing ones included. */
  readonly slots: number
  /** The first closing slot. */
  readonly end: number
  /** The slot of a position is looked for from `(position >>> 8) * multiplier >>> shift` on. */
  readonly multiplier: number
  readonly shift: number
}

/**
 * The points of a ring in a sorted array with gaps. Positions are spread evenly, so a position says almost exactly which slot it
 * belongs to: a point stands in the slot that its position names, or a little further where that is taken. A gap
 * repeats the point that follows it. So a look-up begins at the slot that the key's position names and nearly always
 * ends there: one place in memory, however many points there are.
 *
 * The slots from `end` on close the circle: the highest position, owned by the first point's owner.
 */
export interface Points extends Layout {
  readonly positions: Uint32Array
  readonly owners: Owners
  /** Only where positions have 64 bits: their lower halves, by which equal upper halves are ordered. */
  readonly low?: Uint32Array
}

/** What decides how much memory points take. */
export interface PointsShape {
  readonly slots: number
  readonly nodes: number
  readonly wide?: boolean | undefined
}

/** Makes empty arrays, in `buffer` where one is given. */
export function allocatePoints(layout: Layout, { nodes, wide = false }: PointsShape, buffer?: ArrayBufferLike): Points {
  const { slots } = layout
  const memory = buffer ?? new ArrayBuffer(pointsBytes({ slots, nodes, wide }))
  const positions = new Uint32Array(memory, 0, slots)
  const low = wide ? { low: new Uint32Array(memory, slots * 4, slots) } : {}
  const ownersAt = slots * (wide ? 8 : 4)
  const owners = nodes > 0xffff ? new Uint32Array(memory, ownersAt, slots) : new Uint16Array(memory, ownersAt, slots)
  return { ...layout, positions, owners, ...low }
}

/** How many bytes the arrays of {@link Points} take together. */
export function pointsBytes({ slots, nodes, wide = false }: PointsShape): number {
  return slots * (4 + (wide ? 4 : 0) + (nodes > 0xffff ? 4 : 2))
}

/** Fewer slots would make points stand further from their place, more would take memory and miss the cache. */
export const SLOTS_PER_POINT = 1.75

/** The slots for `count` points, closing ones aside: a number of 8 bits times a power of two, so that integers suffice. */
export function slotsFor(count: number): Pick<Layout, 'multiplier' | 'shift'> {
  const wanted = Math.max(1, Math.ceil(count * SLOTS_PER_POINT))
  const exponent = Math.max(0, Math.ceil(Math.log2(wanted / 255)))
  return { multiplier: Math.ceil(wanted / 2 ** exponent), shift: 24 - exponent }
}

/** The slot that a position names. */
export function homeOf({ multiplier, shift }: Pick<Layout, 'multiplier' | 'shift'>, position: number): number {
  return Math.imul(position >>> 8, multiplier) >>> shift
}

/** The slot of the first point at or after `position` (signed or unsigned), which may be a closing one. */
export function successor({ positions, multiplier, shift }: Points, position: number): number {
  const wanted = position >>> 0
  let slot = Math.imul(wanted >>> 8, multiplier) >>> shift
  while (positions[slot]! < wanted) slot++
  return slot
}
