import { checksumOfWords } from '../checksum.ts'
import { hashingErrors } from '../errors.ts'
import { layoutOf, type Layout, type Points } from './points.ts'
import { stateOf, toJSON, type HashRingJSON, type SnapshotOptions } from './snapshot.ts'
import type { RingState } from './state.ts'

/** A ring whose points lie in shared memory: post it to workers, which all read the one copy without building. */
export interface SharedHashRing {
  readonly json: HashRingJSON
  readonly layout: Layout
  readonly buffer: SharedArrayBuffer
  /** Of the points as they lie in the buffer. */
  readonly pointsChecksum: number
}

export function toShared(state: RingState): SharedHashRing {
  if (typeof SharedArrayBuffer === 'undefined') throw hashingErrors.NO_SHARED_MEMORY({})
  const { words, wide, count, slots, multiplier, shift, ownerBits } = state.points
  const buffer = new SharedArrayBuffer(slots * bytesPerSlot(state))
  new Int32Array(buffer, 0, slots).set(words)
  if (wide !== undefined) {
    new Uint32Array(buffer, slots * 4, slots).set(wide.high)
    new Uint32Array(buffer, slots * 8, slots).set(wide.low)
  }
  const layout = { count, slots, multiplier, shift, ownerBits }
  return { json: toJSON(state), layout, buffer, pointsChecksum: checksumOfWords(new Int32Array(buffer)) }
}

export function fromShared(shared: SharedHashRing, options: SnapshotOptions): RingState {
  return stateOf(shared?.json, options, (state) => pointsIn(shared, state))
}

/** The points in the buffer, which must be those that this ring has: nobody could tell from wrong answers. */
function pointsIn({ layout, buffer, pointsChecksum }: SharedHashRing, state: RingState): Points {
  const { settings, live, count } = state
  const isWide = settings.placement.wide !== undefined
  const bytes = buffer?.byteLength
  const slots = bytes / bytesPerSlot(state)
  const expected = layoutOf(slots, count, live.length, isWide)
  if (!(Object.keys(expected) as (keyof Layout)[]).every((part) => layout?.[part] === expected[part])) {
    throw hashingErrors.BAD_SNAPSHOT({ reason: `its layout is not that of ${String(bytes)} bytes of points` })
  }
  if (checksumOfWords(new Int32Array(buffer)) !== pointsChecksum) {
    throw hashingErrors.BAD_SNAPSHOT({ reason: `its points do not have the checksum ${String(pointsChecksum)}` })
  }
  const words = new Int32Array(buffer, 0, slots)
  if (!isWide) return { ...expected, words }
  const wide = { high: new Uint32Array(buffer, slots * 4, slots), low: new Uint32Array(buffer, slots * 8, slots) }
  return { ...expected, words, wide }
}

function bytesPerSlot({ settings }: RingState): number {
  return settings.placement.wide === undefined ? 4 : 12
}
