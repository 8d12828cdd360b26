import type { Points } from './points.ts'

/** The owner of the first point from `at` on that `accepts` takes; -1 when it takes none. */
export function firstAccepted(points: Points, at: number, accepts: (owner: number) => boolean): number {
  const { count, owners } = points
  for (let step = 0, i = at; step < count; step++, i++) {
    if (i >= count) i = 0
    const owner = owners[i]!
    if (accepts(owner)) return owner
  }
  return -1
}

/** Up to `wanted` distinct owners in the order in which the circle, walked from point `at`, meets them. */
export function distinctOwners(points: Points, at: number, wanted: number, nodes: number): number[] {
  const { count, owners } = points
  const found: number[] = []
  const limit = Math.min(wanted, nodes)
  // A few are compared faster than marked; many would make the walk quadratic.
  const marks = limit > 16 ? new Uint8Array(nodes) : undefined
  for (let step = 0, i = at; step < count && found.length < limit; step++, i++) {
    if (i >= count) i = 0
    const owner = owners[i]!
    if (marks === undefined ? found.includes(owner) : marks[owner] === 1) continue
    if (marks !== undefined) marks[owner] = 1
    found.push(owner)
  }
  return found
}

/**
 * Picks `wanted` of `candidates`, in order, so that zones are used evenly: first the best of every zone, then the
 * second best of every zone, and so on. A node without a zone is a zone of its own.
 */
export function spreadOverZones(
  candidates: readonly number[],
  wanted: number,
  zoneOf: (node: number) => string | undefined,
): number[] {
  const taken = new Map<string, number>()
  const rounds: number[][] = []
  for (const node of candidates) {
    const zone = zoneOf(node)
    const round = zone === undefined ? 0 : (taken.get(zone) ?? 0)
    if (zone !== undefined) taken.set(zone, round + 1)
    const nodes = (rounds[round] ??= [])
    nodes.push(node)
    if (round === 0 && nodes.length === wanted) break
  }
  return rounds.flat().slice(0, wanted)
}
