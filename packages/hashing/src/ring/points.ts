/** Which node a point belongs to: a 16-bit index wherever the nodes fit. */
export type Owners = Uint16Array | Uint32Array

/**
 * The points of a ring, ordered by position and, where positions collide, by owner.
 *
 * Positions are spread evenly, so the top bits of a hash say almost exactly where its successor is: `starts` holds the
 * first candidate of every bucket of the circle, and a look-up reads one or two points from there.
 */
export interface Points {
  /** How many points there are. */
  readonly count: number
  /** `count` positions and one more, 0xffffffff, at which every search ends. */
  readonly positions: Uint32Array
  /** The owner of each point; the one more is the first point's, because the circle closes. */
  readonly owners: Owners
  /** For each bucket the first point at or after its beginning. */
  readonly starts: Uint32Array
  /** A position's bucket is `position >>> shift`. */
  readonly shift: number
  /** Only where positions have 64 bits: their lower halves, by which equal upper halves are ordered. */
  readonly low?: Uint32Array
}

/** How the arrays of {@link Points} are laid out for `count` points of `nodes` nodes. */
export interface PointsShape {
  readonly count: number
  readonly nodes: number
  readonly wide?: boolean | undefined
}

/** Makes empty arrays of the right sizes, in `buffer` where one is given. */
export function allocatePoints(shape: PointsShape, buffer?: ArrayBufferLike): Points {
  const { count, nodes, wide = false } = shape
  const slots = count + 1
  const buckets = 2 ** bucketBits(count)
  const memory = buffer ?? new ArrayBuffer(pointsBytes(shape))
  let at = 0
  const words = (length: number): Uint32Array => {
    at += length * 4
    return new Uint32Array(memory, at - length * 4, length)
  }
  const positions = words(slots)
  const starts = words(buckets)
  const low = wide ? { low: words(slots) } : {}
  const owners = nodes > 0xffff ? words(slots) : new Uint16Array(memory, at, slots)
  return { count, positions, starts, owners, shift: 32 - bucketBits(count), ...low }
}

/** How many bytes the arrays of {@link Points} take together. */
export function pointsBytes({ count, nodes, wide = false }: PointsShape): number {
  return (count + 1) * (4 + (wide ? 4 : 0) + (nodes > 0xffff ? 4 : 2)) + 4 * 2 ** bucketBits(count)
}

// Between one and two buckets per point: more would cost memory, fewer would cost comparisons.
// At least one bit, because a shift by 32 does nothing in JavaScript.
function bucketBits(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(Math.max(1, count))))
}

/** Closes the circle and fills `starts` after positions and owners have been written in order. */
export function finishPoints(points: Points): Points {
  const { count, positions, owners, starts, shift } = points
  positions[count] = 0xffff_ffff
  owners[count] = owners[0]!
  let bucket = 0
  for (let i = 0; i < count; i++) {
    const last = positions[i]! >>> shift
    while (bucket <= last) starts[bucket++] = i
  }
  starts.fill(count, bucket)
  return points
}

/** The first point at or after `position`, which may be the one that closes the circle. */
export function successor(points: Points, position: number): number {
  const positions = points.positions
  let i = points.starts[position >>> points.shift]!
  while (positions[i]! < position) i++
  return i
}
