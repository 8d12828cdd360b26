import type { Key } from './key.ts'

/**
 * An immutable snapshot that says which node owns a key. A change of nodes makes a new router.
 *
 * @typeParam N - what a node is: its id, or an object that carries one.
 */
export interface Router<N> {
  /** Grows by one with every change that led to this snapshot. */
  readonly version: number
  /** Equal on two machines exactly when both place every key alike; an unsigned 32-bit number. */
  readonly checksum: number
  /** The nodes that can own keys, ordered by id. */
  readonly nodes: readonly N[]
  /** The owner of `key`; `undefined` when there is no node. */
  get: (key: Key) => N | undefined
  /** Up to `count` distinct nodes in order of preference, the owner first. */
  getN: (key: Key, count: number) => N[]
}
