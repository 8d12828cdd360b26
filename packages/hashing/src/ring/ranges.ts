import { hashingErrors } from '../errors.ts'
import { pointsInOrder } from './points.ts'
import type { RingState } from './state.ts'

const LAST = 0xffff_ffff

/** A part of the circle with one owner: the positions from `first` to `last`, both included. */
export interface OwnedRange {
  readonly first: number
  readonly last: number
  readonly node: string
}

/** A part of the circle whose owner changes: the positions from `first` to `last`, both included. */
export interface MovedRange {
  readonly first: number
  readonly last: number
  /** The owner before; absent when there was no node. */
  readonly from: string | undefined
  /** The owner after; absent when no node is left. */
  readonly to: string | undefined
}

/** The owned parts of the circle in order; neighbours have different owners, but the last may have the first's. */
export function* ownedRanges(state: RingState): Generator<OwnedRange> {
  refuseWide(state)
  const { live } = state
  const { positions, owners } = pointsInOrder(state.points)
  const count = positions.length
  if (count === 0) return
  let first = 0
  let open = owners[0]!
  let closed = 0
  for (let i = 0; i <= count; i++) {
    // Of points that collide the first one owns the position.
    if (i > 0 && i < count && positions[i] === positions[i - 1]) continue
    const owner = owners[i === count ? 0 : i]!
    if (owner !== open) {
      yield { first, last: closed, node: live[open]!.id }
      first = closed + 1
      open = owner
    }
    closed = positions[i] ?? LAST
  }
  yield { first, last: LAST, node: live[open]!.id }
}

/** The parts of the circle that have another owner in `after` than in `before`, in order. */
export function movedRanges(before: RingState, after: RingState): MovedRange[] {
  refuseWide(before)
  refuseWide(after)
  checkComparable(before, after)
  const moved: MovedRange[] = []
  const a = pointsInOrder(before.points)
  const b = pointsInOrder(after.points)
  const counterpart = counterparts(before, after)
  let first = 0
  for (let i = 0, j = 0; first <= LAST;) {
    // Behind a ring's last point everything up to the end is its first point's owner's.
    const last = Math.min(a.positions[i] ?? LAST, b.positions[j] ?? LAST)
    const from = a.owners[i] ?? a.owners[0] ?? -1
    const to = b.owners[j] ?? b.owners[0] ?? -1
    if (last >= first && (from === -1 ? -1 : counterpart[from]) !== to) {
      append(moved, first, last, before.live[from]?.id, after.live[to]?.id)
    }
    first = Math.max(first, last + 1)
    while (i < a.positions.length && a.positions[i]! <= last) i++
    while (j < b.positions.length && b.positions[j]! <= last) j++
  }
  return moved
}

function append(moved: MovedRange[], first: number, last: number, from?: string, to?: string): void {
  const previous = moved.at(-1)
  if (previous !== undefined && previous.last + 1 === first && previous.from === from && previous.to === to) {
    moved[moved.length - 1] = { ...previous, last }
  } else {
    moved.push({ first, last, from, to })
  }
}

/** For each live node before, its index after; -2, which is no index and not "none", where it is gone. */
function counterparts(before: RingState, after: RingState): Int32Array {
  const index = new Map(after.live.map(({ id }, i) => [id, i]))
  return Int32Array.from(before.live, ({ id }) => index.get(id) ?? -2)
}

/** Refuses rings whose positions have 64 bits. */
export function refuseWide({ settings }: RingState): void {
  if (settings.placement.wide !== undefined) throw hashingErrors.WIDE_POSITIONS({ placement: settings.placement.name })
}

function checkComparable(before: RingState, after: RingState): void {
  const left = before.settings
  const right = after.settings
  const hash = left.placement.secretCheck ?? left.placement.hash
  if (hash === (right.placement.secretCheck ?? right.placement.hash) && left.seed === right.seed) return
  const name = ({ placement, seed }: typeof left): string =>
    `${placement.name} with ${placement.secretCheck === undefined ? `seed ${seed}` : 'a secret'}`
  throw hashingErrors.DIFFERENT_HASH({ left: name(left), right: name(right) })
}
