import { homeOf, successor, type Points } from './points.ts'

/** Points that are being changed, before anyone sees them. */
export interface Draft extends Points {
  count: number
  end: number
}

/** A copy of points to be changed in place. */
export function draftOf(points: Points): Draft {
  return { ...points, positions: points.positions.slice(), owners: points.owners.slice() }
}

/** Takes one point out: its slots repeat the point that follows. */
export function removePoint(draft: Draft, position: number, owner: number): void {
  const { positions, owners } = draft
  let slot = successor(draft, position)
  while (slot < draft.end && positions[slot] === position && owners[slot] !== owner) slot++
  const isIt = (at: number): boolean => positions[at] === position && owners[at] === owner
  draft.count--
  // A node whose own points collide has only one of them in the array.
  if (slot >= draft.end || !isIt(slot)) return
  let first = slot
  while (first > 0 && isIt(first - 1)) first--
  let next = slot
  while (next < draft.end && isIt(next)) next++
  positions.fill(positions[next]!, first, next)
  owners.fill(owners[next]!, first, next)
  if (next === draft.end) draft.end = first
}

/** Puts one point in, or says that there is no room: then the ring must be built anew. */
export function insertPoint(draft: Draft, position: number, owner: number): boolean {
  const { positions, owners, slots } = draft
  let slot = homeOf(draft, position)
  while (slot < draft.end && comesBefore(draft, slot, position, owner)) slot++
  if (Math.max(slot, draft.end) + 1 >= slots) return false
  draft.count++
  if (slot >= draft.end) {
    positions.fill(position, draft.end, slot + 1)
    owners.fill(owner, draft.end, slot + 1)
    draft.end = slot + 1
    return true
  }
  const follower = positions[slot]!
  const itsOwner = owners[slot]!
  if (follower === position && itsOwner === owner) return true
  // The gap before the follower is now the gap before the new point.
  for (let at = slot - 1; at >= 0 && positions[at] === follower && owners[at] === itsOwner; at--) {
    positions[at] = position
    owners[at] = owner
  }
  shiftIn(draft, slot, position, owner)
  return true
}

function comesBefore({ positions, owners }: Draft, slot: number, position: number, owner: number): boolean {
  return positions[slot]! < position || (positions[slot] === position && owners[slot]! < owner)
}

/** Writes a point into a slot and moves what stood there, and what stood behind it, up to the next gap. */
function shiftIn(draft: Draft, slot: number, position: number, owner: number): void {
  const { positions, owners } = draft
  let moved = position
  let itsOwner = owner
  for (let at = slot; ; at++) {
    const before = positions[at]!
    const ownerBefore = owners[at]!
    positions[at] = moved
    owners[at] = itsOwner
    if (at === draft.end) break
    if (at + 1 < draft.end && positions[at + 1] === before && owners[at + 1] === ownerBefore) return
    moved = before
    itsOwner = ownerBefore
  }
  draft.end++
}

/** Gives the owners their new indexes, which must keep their order. */
export function renameOwners({ owners, end }: Draft, renamed: Uint32Array): void {
  if (renamed.every((to, from) => to === from)) return
  for (let slot = 0; slot < end; slot++) owners[slot] = renamed[owners[slot]!]!
}

/** Closes the circle: from the last point to the end it belongs to the first one's owner. */
export function closeCircle(draft: Draft): Points {
  draft.owners.fill(draft.owners[0]!, draft.end)
  return draft
}
