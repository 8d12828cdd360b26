import { allocatePoints, finishPoints, type Points } from './points.ts'

/** Writes the positions of one node's points into `positions[from, to)`. */
export type PlaceNode = (node: number, positions: Uint32Array, from: number, to: number) => void

/**
 * Builds a ring whose node `i` has `counts[i]` points; `place` says where they are.
 *
 * @param order - the nodes in the order in which they win collisions
 */
export function buildPoints(counts: readonly number[], place: PlaceNode, order: readonly number[]): Points {
  const count = counts.reduce((sum, each) => sum + each, 0)
  const points = allocatePoints({ count, nodes: counts.length })
  const unsorted = new Uint32Array(count)
  let from = 0
  for (const node of order) {
    place(node, unsorted, from, from + counts[node]!)
    from += counts[node]!
  }
  scatter(points, counts, unsorted, order)
  settle(points)
  return finishPoints(points)
}

/**
 * Puts every point into its bucket, in the order of its node. `starts` serves as the cursors and is filled properly
 * afterwards by finishPoints.
 */
function scatter(
  { positions, owners, starts, shift }: Points,
  counts: readonly number[],
  unsorted: Uint32Array,
  order: readonly number[],
): void {
  for (let i = 0; i < unsorted.length; i++) starts[unsorted[i]! >>> shift]!++
  let sum = 0
  for (let bucket = 0; bucket < starts.length; bucket++) {
    const size = starts[bucket]!
    starts[bucket] = sum
    sum += size
  }
  let next = 0
  for (const node of order) {
    for (const end = next + counts[node]!; next < end; next++) {
      const position = unsorted[next]!
      const slot = starts[position >>> shift]!++
      positions[slot] = position
      owners[slot] = node
    }
  }
}

/** Insertion sort: a bucket has about one point, so nothing is ever far from its place. Keeps equal ones in order. */
function settle({ count, positions, owners }: Points): void {
  let before = 0
  for (let i = 0; i < count; i++) {
    const position = positions[i]!
    if (position >= before) {
      before = position
      continue
    }
    const owner = owners[i]!
    let at = i
    for (; at > 0 && positions[at - 1]! > position; at--) {
      positions[at] = positions[at - 1]!
      owners[at] = owners[at - 1]!
    }
    positions[at] = position
    owners[at] = owner
  }
}
