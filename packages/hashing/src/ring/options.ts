import { checkedOptions, checkInteger } from '../check.ts'
import { hashingErrors } from '../errors.ts'
import { placementNames, type Placement, type PlacementName, type PlacementSettings } from './placement.ts'
import { envoy } from './placements/envoy.ts'
import { libketama, libmemcached, libmemcachedSpy, libmemcachedUnweighted, spymemcached } from './placements/ketama.ts'
import { keyed, modern } from './placements/modern.ts'
import type { RingSettings } from './state.ts'

/** What a ring hashes keys with: in the open, or with a secret of 16 random bytes. */
export type KeyHash = 'murmur3' | { readonly kind: 'sipHash13'; readonly key: Uint8Array }

/** How a {@link HashRing} places nodes and keys. */
export interface HashRingOptions {
  /**
   * `modern` by default; the others place exactly as the program they are named after, with ids of the form
   * `host:port`. Their points depend on all nodes, so a change of nodes also moves keys between bystanders.
   */
  readonly placement?: PlacementName | undefined
  /**
   * How many points a node of weight 1 has, 512 by default. More points share keys out more evenly (the spread of the
   * shares is about 1 / sqrt(points)) and take more memory, 7 to 10 bytes each. It is part of what all members of a
   * cluster must agree on. Only for `modern`: the other placements have their own numbers.
   */
  readonly pointsPerWeight?: number | undefined
  /** Another seed gives another, unrelated placement; an unsigned 32-bit number, 0 by default. Only for `modern`. */
  readonly seed?: number | undefined
  /**
   * What keys are hashed with, `murmur3` by default. Where keys come from people who might aim at one node, give a secret:
   * without it nobody can tell where a key goes. A look-up takes longer then. All members of a cluster must share the
   * secret; no snapshot contains it. Only for `modern`.
   */
  readonly hash?: KeyHash | undefined
  /** Envoy's `minimum_ring_size`, 1024 by default. Only for `envoy`. */
  readonly minimumRingSize?: number | undefined
  /** Envoy's `maximum_ring_size`, 8,388,608 by default and not below the minimum. Only for `envoy`. */
  readonly maximumRingSize?: number | undefined
  /**
   * A ring with more points than this is refused instead of built; 16,777,216 by default, about 112 MiB. Very many nodes
   * with few points each take more memory for a point: at most 16 bytes for each of `maxPoints`, or 4 MiB.
   */
  readonly maxPoints?: number | undefined
  /** How many recently used string keys to remember the owner of; 0 by default. Worth it where few keys are hot. */
  readonly memo?: number | undefined
  /** The version to start at, 0 by default. */
  readonly version?: number | undefined
}

const placements: Readonly<Record<PlacementName, Placement>> = {
  modern,
  libketama,
  libmemcached,
  'libmemcached-unweighted': libmemcachedUnweighted,
  'libmemcached-spy': libmemcachedSpy,
  spymemcached,
  envoy,
}

const highest: Readonly<PlacementSettings> = {
  pointsPerWeight: 0x1_0000,
  seed: 0xffff_ffff,
  minimumRingSize: 0x80_0000,
  maximumRingSize: 0x80_0000,
}

const defaults: Readonly<PlacementSettings> = {
  pointsPerWeight: 512,
  seed: 0,
  minimumRingSize: 1024,
  maximumRingSize: 0x80_0000,
}

/** The options that there are. */
export const optionNames: readonly (keyof HashRingOptions)[] = [
  'placement',
  'pointsPerWeight',
  'seed',
  'hash',
  'minimumRingSize',
  'maximumRingSize',
  'maxPoints',
  'memo',
  'version',
]

/** Checks options and fills in the defaults. */
export function ringSettings(options: HashRingOptions): RingSettings {
  const { placement: name = 'modern', maxPoints = 0x100_0000, memo = 0 } = checkedOptions(options, optionNames)
  const placement = Object.hasOwn(placements, name) ? placements[name] : undefined
  if (placement === undefined) {
    const expected = `one of ${placementNames.join(', ')}`
    throw hashingErrors.BAD_OPTION({ option: 'placement', value: name, expected })
  }
  checkInteger('maxPoints', maxPoints, 1, 0x2000_0000)
  checkInteger('memo', memo, 0, 0x80_0000)
  const setting = (option: keyof PlacementSettings): number => {
    const value = options[option]
    if (value === undefined) return defaults[option]
    if (!placement.options.includes(option)) {
      throw hashingErrors.BAD_OPTION({ option, value, expected: `it only where it applies, not with "${name}"` })
    }
    checkInteger(option, value, option === 'seed' ? 0 : 1, highest[option])
    return value
  }
  const minimumRingSize = setting('minimumRingSize')
  const maximumRingSize = setting('maximumRingSize')
  if (minimumRingSize > maximumRingSize) {
    const expected = `at least minimumRingSize, ${minimumRingSize}, or lower that, as Envoy demands`
    throw hashingErrors.BAD_OPTION({ option: 'maximumRingSize', value: maximumRingSize, expected })
  }
  return {
    placement: withHash(placement, options.hash),
    maxPoints,
    memo,
    pointsPerWeight: setting('pointsPerWeight'),
    seed: setting('seed'),
    minimumRingSize,
    maximumRingSize,
  }
}

function withHash(placement: Placement, hash: KeyHash | undefined): Placement {
  if (hash === undefined) return placement
  if (placement !== modern) {
    const expected = `it only where it applies, not with "${placement.name}"`
    throw hashingErrors.BAD_OPTION({ option: 'hash', value: hash, expected })
  }
  if (hash === 'murmur3') return placement
  if (hash?.kind !== 'sipHash13') {
    throw hashingErrors.BAD_OPTION({ option: 'hash', value: hash, expected: '"murmur3" or { kind: "sipHash13", key }' })
  }
  return keyed(hash.key)
}
