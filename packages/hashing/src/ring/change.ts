import { gapMark, gapWord, homeOf, ownerMask, pointWord, positionAt, reachOf, type Points } from './points.ts'

/** Points that are being changed, before anyone sees them. */
export interface Draft extends Points {
  count: number
}

/** A copy of points to be changed in place. */
export function draftOf(points: Points): Draft {
  return { ...points, words: points.words.slice() }
}

/** Takes one point out, and moves those behind it back that had found its slot taken. */
export function removePoint(draft: Draft, position: number, owner: number): void {
  const { words } = draft
  const word = pointWord(draft, position, owner)
  const first = slotFor(draft, position, word)
  let slot = first
  for (; isPoint(draft, slot + 1) && homeOf(draft, positionAt(draft, slot + 1)) <= slot; slot++) {
    words[slot] = words[slot + 1]!
  }
  words[slot] = gapWord(draft, slot, words[slot + 1]! & ownerMask(draft))
  tellGapsBefore(draft, first)
  draft.count--
}

/** Puts one point in; or says that there is no room, or not enough to compare words: then the ring must be built anew. */
export function insertPoint(draft: Draft, position: number, owner: number): boolean {
  const { words, slots } = draft
  let word = pointWord(draft, position, owner)
  const first = slotFor(draft, position, word)
  let slot = first
  for (; isPoint(draft, slot); slot++) {
    const moved = words[slot]!
    words[slot] = word
    word = moved
  }
  if (slot >= slots - 1) return false
  words[slot] = word
  tellGapsBefore(draft, first)
  draft.count++
  return togetherAround(draft, first) <= reachOf(draft)
}

/** The slot of the first point that is this one or comes after it, or of the gap before that. */
function slotFor(draft: Draft, position: number, word: number): number {
  let slot = homeOf(draft, position)
  while (isPoint(draft, slot) && ((draft.words[slot]! - word) | 0) < 0) slot++
  return slot
}

function isPoint(draft: Draft, slot: number): boolean {
  return (draft.words[slot]! & gapMark(draft)) === 0
}

/** The gaps before a slot belong to the owner of what stands there now. */
function tellGapsBefore(draft: Draft, slot: number): void {
  const { words } = draft
  const mask = ownerMask(draft)
  const owner = words[slot]! & mask
  for (let before = slot - 1; before >= 0 && !isPoint(draft, before); before--) {
    words[before] = (words[before]! & ~mask) | owner
  }
}

function togetherAround(draft: Draft, slot: number): number {
  let first = slot
  let last = slot
  while (first > 0 && isPoint(draft, first - 1)) first--
  while (isPoint(draft, last + 1)) last++
  return last - first + 1
}

/** Gives the owners their new indexes, which must keep their order. */
export function renameOwners(draft: Draft, renamed: Uint32Array): void {
  if (renamed.every((to, from) => to === from)) return
  const { words } = draft
  const mask = ownerMask(draft)
  for (let slot = 0; slot < words.length; slot++) {
    words[slot] = (words[slot]! & ~mask) | renamed[words[slot]! & mask]!
  }
}

/** Closes the circle: what lies behind the last point belongs to the first one's owner. */
export function closeCircle(draft: Draft): Points {
  const { words } = draft
  const mask = ownerMask(draft)
  const owner = words[0]! & mask
  for (let slot = words.length - 1; !isPoint(draft, slot); slot--) words[slot] = (words[slot]! & ~mask) | owner
  return draft
}
