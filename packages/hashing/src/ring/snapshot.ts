import { fromSnapshot } from '../check.ts'
import { hashingErrors } from '../errors.ts'
import { checkedNodes, type Node } from '../nodes.ts'
import { ringSettings, type HashRingOptions } from './options.ts'
import type { PlacementName } from './placement.ts'
import type { Points } from './points.ts'
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
  return stateOf(json, options)
}

/** The ring of a snapshot, with these points or else with points that are built. */
export function stateOf(
  json: HashRingJSON,
  options: SnapshotOptions,
  points?: (state: RingState) => Points,
): RingState {
  // What the reader chose badly is no damage.
  ringSettings(options)
  if (json?.format !== 1 || !Array.isArray(json.nodes)) {
    throw hashingErrors.BAD_SNAPSHOT({ reason: 'it has no format 1 or no list of nodes' })
  }
  const { placement, pointsPerWeight, seed, minimumRingSize, maximumRingSize, version, checksum } = json
  if (!Number.isSafeInteger(version) || version < 0) {
    throw hashingErrors.BAD_SNAPSHOT({ reason: `its version is ${String(version)}` })
  }
  const secret = options.hash !== undefined && options.hash !== 'murmur3'
  if (json.hash !== (secret ? 'sipHash13' : undefined)) {
    const reason = secret
      ? 'its keys are not hashed with a secret by SipHash-1-3'
      : 'its keys are hashed with a secret; give option hash'
    throw hashingErrors.BAD_SNAPSHOT({ reason })
  }
  const chosen = { placement, pointsPerWeight, seed, minimumRingSize, maximumRingSize }
  const source = points === undefined ? {} : { points }
  const state = fromSnapshot(
    () => new RingState(checkedNodes(json.nodes), ringSettings({ ...chosen, ...options }), version, source),
  )
  if (state.checksum !== checksum) {
    throw hashingErrors.BAD_SNAPSHOT({
      reason: `its checksum is ${String(checksum)}, its nodes${secret ? ' and the secret' : ''} give ${state.checksum}`,
    })
  }
  return state
}
