import type { Key } from '@ringkeeper/core'
import type { Node } from '../nodes.ts'
import type { PlaceNode } from './build.ts'

/** How a ring places nodes and keys: `modern`, or exactly as another program does. */
export type PlacementName =
  | 'modern'
  | 'libketama'
  | 'libmemcached'
  | 'libmemcached-unweighted'
  | 'libmemcached-spy'
  | 'spymemcached'
  | 'envoy'

/** What a placement may depend on besides the nodes. Part of a ring's snapshot. */
export interface PlacementSettings {
  readonly pointsPerWeight: number
  readonly seed: number
}

/** One way to place nodes and keys on the circle. */
export interface Placement {
  readonly name: PlacementName
  /** The position of a key, an unsigned 32-bit number. */
  readonly hash: (key: Key, seed: number) => number
  /** The position of the key `bytes[start, end)`; equal to {@link Placement.hash} of a copy of these bytes. */
  readonly hashRange: (bytes: Uint8Array, seed: number, start: number, end: number) => number
  /** How many points each node gets; a node with weight 0 gets none, every other at least one where the mode allows. */
  readonly counts: (nodes: readonly Node[], settings: PlacementSettings) => number[]
  /** Says where a node's points are. */
  readonly placer: (nodes: readonly Node[], settings: PlacementSettings) => PlaceNode
  /** Whether a node's points depend on that node alone, so that a change of others never moves them. */
  readonly independent: boolean
}
