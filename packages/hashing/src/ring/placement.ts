import type { Key } from '@ringkeeper/core'
import type { Node } from '../nodes.ts'
import type { KeyRanges } from '../hash/key-ranges.ts'
import type { PlaceNode } from './build.ts'
import type { Points } from './points.ts'

/** The names of all placements, the default first: for programs in which people choose one. */
export const placementNames = [
  'modern',
  'libketama',
  'libmemcached',
  'libmemcached-unweighted',
  'libmemcached-spy',
  'spymemcached',
  'envoy',
] as const

/** How a ring places nodes and keys: `modern`, or exactly as another program does. */
export type PlacementName = (typeof placementNames)[number]

/** What a placement may depend on besides the nodes. Part of a ring's snapshot. */
export interface PlacementSettings {
  readonly pointsPerWeight: number
  readonly seed: number
  readonly minimumRingSize: number
  readonly maximumRingSize: number
}

/** One way to place nodes and keys on the circle. */
export interface Placement {
  readonly name: PlacementName
  /** The options that mean something here. */
  readonly options: readonly (keyof PlacementSettings)[]
  /** Whether a node's points depend on that node alone, so that a change of others never moves them. */
  readonly independent: boolean
  /** Who owns a position at which points of several nodes collide: the lowest id, the first or the last one given. */
  readonly ties: 'id' | 'first' | 'last'
  /** How many points each node gets; those with weight 0 get none. */
  readonly counts: (nodes: readonly Node[], settings: PlacementSettings) => number[]
  /** Says where a node's points are. */
  readonly placer: (nodes: readonly Node[], settings: PlacementSettings) => PlaceNode
  /** The position of a key, as a signed 32-bit number. */
  readonly hash: (key: Key, seed: number) => number
  /** The position of the key `bytes[start, end)`; equal to {@link Placement.hash} of a copy of these bytes. */
  readonly hashRange: (bytes: Uint8Array, seed: number, start: number, end: number) => number
  /** The same for many keys, into `positions`; absent where there is no faster way than one after the other. */
  readonly hashRanges?: (bytes: Uint8Array, seed: number, ranges: KeyRanges, positions: Uint32Array) => void
  /** Only where keys are hashed with a secret: a number that is equal for equal secrets and tells nothing of them. */
  readonly secretCheck?: number
  /** Only where positions have 64 bits: builds the points, and finds the one that a key belongs to. */
  readonly wide?: WidePlacement
}

/** What differs where positions have 64 bits. */
export interface WidePlacement {
  readonly build: (nodes: readonly Node[], counts: readonly number[]) => Points
  readonly find: (points: Points, key: Key) => number
}
