import { hashingErrors } from '../errors.ts'
import { checkedNodes, type Node } from '../nodes.ts'
import { ringSettings, type HashRingOptions } from './options.ts'
import type { PlacementName } from './placement.ts'
import type { Layout, Points } from './points.ts'
import { RingState } from './state.ts'

/** A ring as JSON: everything that decides where keys go. */
export interface HashRingJSON {
  readonly format: 1
  readonly placement: PlacementName
  readonly version: number
  readonly checksum: number
  readonly nodes: readonly Node[]
  readonly pointsPerWeight?: number
  readonly seed?: number
  /** Where keys are hashed with a secret: how. The secret itself is never part of a snapshot. */
  readonly hash?: 'sipHash13'
  readonly minimumRingSize?: number
  readonly maximumRingSize?: number
}

/** A ring whose points lie in shared memory: post it to workers, which all read the one copy without building. */
export interface SharedHashRing {
  readonly json: HashRingJSON
  readonly layout: Layout
  readonly buffer: SharedArrayBuffer
}

/**
 * What a reader of snapshots may choose, as it does not change where keys go; and the secret that keys are hashed with,
 * which it must bring where there is one.
 */
export type SnapshotOptions = Pick<HashRingOptions, 'memo' | 'maxPoints' | 'hash'>

export function toJSON({ settings, version, checksum, members }: RingState): HashRingJSON {
  const { placement } = settings
  const options = Object.fromEntries(placement.options.map((option) => [option, settings[option]]))
  const hash = placement.secretCheck === undefined ? {} : { hash: 'sipHash13' as const }
  return { format: 1, placement: placement.name, ...options, ...hash, version, checksum, nodes: members }
}

export function fromJSON(json: HashRingJSON, options: SnapshotOptions): RingState {
  return stateOf(json, options, undefined)
}

export function toShared(state: RingState): SharedHashRing {
  const { words, wide, count, slots, multiplier, shift, ownerBits } = state.points
  const buffer = new SharedArrayBuffer(slots * (wide === undefined ? 4 : 12))
  new Int32Array(buffer, 0, slots).set(words)
  if (wide !== undefined) {
    new Uint32Array(buffer, slots * 4, slots).set(wide.high)
    new Uint32Array(buffer, slots * 8, slots).set(wide.low)
  }
  return { json: toJSON(state), layout: { count, slots, multiplier, shift, ownerBits }, buffer }
}

export function fromShared(shared: SharedHashRing, options: SnapshotOptions): RingState {
  const { json, layout, buffer } = shared ?? {}
  return stateOf(json, options, (): Points => {
    const slots = layout?.slots
    const isWide = json.placement === 'envoy'
    const bytes = slots * (isWide ? 12 : 4)
    if (buffer?.byteLength !== bytes) {
      throw hashingErrors.BAD_SNAPSHOT({ reason: `${bytes} bytes of points belong to it, not ${buffer?.byteLength}` })
    }
    const words = new Int32Array(buffer, 0, slots)
    if (!isWide) return { ...layout, words }
    const wide = { high: new Uint32Array(buffer, slots * 4, slots), low: new Uint32Array(buffer, slots * 8, slots) }
    return { ...layout, words, wide }
  })
}

function stateOf(json: HashRingJSON, options: SnapshotOptions, points?: () => Points): RingState {
  if (json?.format !== 1 || !Array.isArray(json.nodes)) {
    throw hashingErrors.BAD_SNAPSHOT({ reason: 'it has no format 1 or no list of nodes' })
  }
  const { placement, pointsPerWeight, seed, minimumRingSize, maximumRingSize, version, checksum } = json
  if (!Number.isSafeInteger(version) || version < 0) {
    throw hashingErrors.BAD_SNAPSHOT({ reason: `its version is ${String(version)}` })
  }
  const secret = options.hash !== undefined && options.hash !== 'murmur3'
  if ((json.hash !== undefined) !== secret) {
    const reason = secret
      ? 'its keys are not hashed with a secret'
      : 'its keys are hashed with a secret; give option hash'
    throw hashingErrors.BAD_SNAPSHOT({ reason })
  }
  const chosen = { placement, pointsPerWeight, seed, minimumRingSize, maximumRingSize }
  const settings = ringSettings({ ...chosen, ...options })
  const state = new RingState(checkedNodes(json.nodes), settings, version, points === undefined ? {} : { points })
  if (state.checksum !== checksum) {
    throw hashingErrors.BAD_SNAPSHOT({
      reason: `its checksum is ${String(checksum)}, its nodes${secret ? ' and the secret' : ''} give ${state.checksum}`,
    })
  }
  return state
}
