import type { AclEntry, CreateMode, Stat, Watcher } from './types.ts'

/** Cancels the caller's wait. A request that was already sent may still be applied. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** Options of a create. */
export interface CreateOptions extends CallOptions {
  /** Default `persistent`. */
  readonly mode?: CreateMode
  /** Default: anyone may do anything. */
  readonly acl?: readonly AclEntry[]
  /** Milliseconds, for the `ttl` modes only. */
  readonly ttl?: number
}

/** What a create made. */
export interface Created {
  /** The path with the counter that the server appended for sequential modes. */
  readonly path: string
  readonly stat: Stat
}

/** Options of a read that can leave a one-shot watch behind. */
export interface ReadOptions extends CallOptions {
  /** Called once, when the node that was read next changes, or when the session ends. Set only if the read succeeds
   * (for `exists` also when there is no node). */
  readonly watch?: Watcher
}

/** Options of a write that may depend on the version last seen. */
export interface VersionOptions extends CallOptions {
  /** The data version that the node must have; any when absent. */
  readonly version?: number
}

/** One step of a {@link Coordinator.multi}: all steps are applied, or none. */
export type Operation =
  | {
      readonly type: 'create'
      readonly path: string
      readonly data?: Uint8Array
      readonly mode?: CreateMode
      readonly acl?: readonly AclEntry[]
      readonly ttl?: number
    }
  | { readonly type: 'set'; readonly path: string; readonly data: Uint8Array; readonly version?: number }
  | { readonly type: 'delete'; readonly path: string; readonly version?: number }
  | { readonly type: 'check'; readonly path: string; readonly version?: number }

/** The outcome of one step. `stat` is absent for `delete` and `check`, and for `create` on servers before 3.9. */
export interface OperationResult {
  readonly path: string
  readonly stat?: Stat
}

/** The outcome of a multi. */
export interface MultiResult {
  /** The multi's own transaction id: the `czxid` of everything it created. */
  readonly zxid: bigint
  /** One per operation, in order. */
  readonly results: readonly OperationResult[]
}
