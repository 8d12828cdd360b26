import { hashingErrors } from '../errors.ts'
import type { Node } from '../nodes.ts'
import { ownerMask, type Points } from './points.ts'

/** Says whether an owner may be answered. */
export type Accepts = (owner: number) => boolean

/** The owner of the first point from slot `at` on that is accepted; -1 when none is. */
export function firstAccepted(points: Points, at: number, accepts: Accepts): number {
  return distinctOwners(points, at, 1, 1, accepts)[0] ?? -1
}

/** Up to `wanted` distinct owners in the order in which the circle, walked from slot `at`, meets them. */
export function distinctOwners(points: Points, at: number, wanted: number, nodes: number, accepts?: Accepts): number[] {
  const { words, slots, count } = points
  const found: number[] = []
  const limit = count === 0 ? 0 : Math.min(wanted, nodes)
  const mask = ownerMask(points)
  // A few are compared faster than marked; many would make the walk quadratic.
  const marks = limit > 16 ? new Uint8Array(mask + 1) : undefined
  let last = -1
  for (let step = 0, slot = at; step < slots && found.length < limit; step++, slot++) {
    if (slot >= slots) slot = 0
    const owner = words[slot]! & mask
    // Gaps repeat the point that follows.
    if (owner === last) continue
    last = owner
    if (marks === undefined ? found.includes(owner) : marks[owner] === 1) continue
    if (accepts !== undefined && !accepts(owner)) continue
    if (marks !== undefined) marks[owner] = 1
    found.push(owner)
  }
  return found
}

/**
 * Like {@link distinctOwners}, but zones are used evenly: first the best node of every zone, then the second best of
 * every zone, and so on. A node without a zone is a zone of its own.
 */
export function spreadOwners(
  points: Points,
  at: number,
  wanted: number,
  nodes: readonly Node[],
  accepts?: Accepts,
): number[] {
  const zones = new Set<string>()
  const inNewZone: Accepts = (owner) => {
    const zone = nodes[owner]!.zone
    if (accepts?.(owner) === false || (zone !== undefined && zones.has(zone))) return false
    if (zone !== undefined) zones.add(zone)
    return true
  }
  const best = distinctOwners(points, at, wanted, nodes.length, inNewZone)
  if (best.length === Math.min(wanted, nodes.length)) return best
  return inRounds(distinctOwners(points, at, nodes.length, nodes.length, accepts), nodes).slice(0, wanted)
}

function inRounds(candidates: readonly number[], nodes: readonly Node[]): number[] {
  const taken = new Map<string, number>()
  const rounds: number[][] = []
  for (const owner of candidates) {
    const zone = nodes[owner]!.zone
    const round = zone === undefined ? 0 : (taken.get(zone) ?? 0)
    if (zone !== undefined) taken.set(zone, round + 1)
    const inRound = (rounds[round] ??= [])
    inRound.push(owner)
  }
  return rounds.flat()
}

/** Tells the owners that `exclude` does not name. */
export function accepting(
  ids: readonly string[],
  exclude: ReadonlySet<string> | readonly string[],
): (owner: number) => boolean {
  if (Array.isArray(exclude)) return (owner) => !exclude.includes(ids[owner]!)
  const set = exclude as ReadonlySet<string> | null
  if (typeof set?.has === 'function') return (owner) => !set.has(ids[owner]!)
  throw hashingErrors.BAD_OPTION({ option: 'exclude', value: exclude, expected: 'a list or a Set of node ids' })
}
