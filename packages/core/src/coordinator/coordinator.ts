import type { WaitOptions } from '../wait.ts'
import type { HoldOptions, SessionHold } from './session-hold.ts'
import type {
  CallOptions,
  Created,
  CreateOptions,
  MultiResult,
  Operation,
  ReadOptions,
  VersionOptions,
} from './operations.ts'
import type { SessionState, Stat, WatchEvent } from './types.ts'

/** What a backend can do beyond the basics. A recipe that needs what is missing fails with `RK_CORE_UNSUPPORTED`. */
export interface CoordinatorCapabilities {
  readonly multi: boolean
  readonly persistentWatches: boolean
  readonly containers: boolean
  readonly ttl: boolean
}

/** A persistent watch: its events in order, none left out. Closing it, or leaving the loop, removes the watch. */
export interface NodeWatch extends AsyncIterable<WatchEvent>, AsyncDisposable {}

/**
 * One session on a tree of nodes with ZooKeeper's semantics.
 *
 * Replies and watch events reach the caller in the order in which the server sent them; requests are applied in the
 * order in which they were made, several may be under way at once. Every method rejects with a coded error:
 * `RK_CORE_CONNECTION_LOSS` says whether the request may have been applied (`outcome`).
 *
 * The session ends by {@link close} or when the server expires it; then make a new one with the backend's `connect`.
 */
export interface Coordinator extends AsyncDisposable {
  readonly capabilities: CoordinatorCapabilities
  readonly state: SessionState
  /** 0n before the first connection. */
  readonly sessionId: bigint
  /** The negotiated timeout in milliseconds. */
  readonly sessionTimeout: number
  /** The state now and at each change, coalesced to the latest; ends after `expired` or `closed`. */
  states: (options?: CallOptions) => AsyncIterable<SessionState>

  create: (path: string, data?: Uint8Array, options?: CreateOptions) => Promise<Created>
  get: (path: string, options?: ReadOptions) => Promise<{ readonly data: Uint8Array; readonly stat: Stat }>
  set: (path: string, data: Uint8Array, options?: VersionOptions) => Promise<Stat>
  delete: (path: string, options?: VersionOptions) => Promise<void>
  /** `undefined` when there is no node. */
  exists: (path: string, options?: ReadOptions) => Promise<Stat | undefined>
  /** Names (not paths) of the children, sorted. */
  children: (
    path: string,
    options?: ReadOptions,
  ) => Promise<{ readonly children: readonly string[]; readonly stat: Stat }>
  /** Applies all operations or none. The error of a failed one carries its `index`. */
  multi: (operations: readonly Operation[], options?: CallOptions) => Promise<MultiResult>
  /** Resolves when this session's server has seen everything committed before. Reads sent after it in the same turn see it too. */
  sync: (path: string, options?: CallOptions) => Promise<void>
  /** Paths of this session's own ephemeral nodes that start with `prefix`. */
  ephemerals: (prefix: string, options?: CallOptions) => Promise<readonly string[]>
  /** Watches a node, or the whole subtree below it when `recursive`, until closed. Resolves when the server has set it. */
  watch: (path: string, options?: CallOptions & { readonly recursive?: boolean }) => Promise<NodeWatch>
  /** Adds an identity to the session, such as `('digest', 'user:password')`; sent again on every reconnect. */
  addAuth: (scheme: string, credentials: string, options?: CallOptions) => Promise<void>

  /**
   * Says that something is held, or waited for, through `node`, an ephemeral node of this session. From now on the
   * session heartbeats with a quorum write, and the hold knows until when it is safe.
   */
  hold: (node: string, options?: HoldOptions) => SessionHold
  /**
   * Deletes a node of this session in the background: tried again until it is gone or the session has ended. A node of the
   * same name that another session has made since is left alone.
   */
  discard: (path: string) => void

  /** Ends the session: the server deletes its ephemeral nodes. Idempotent; does not hang when no server answers. */
  close: () => Promise<void>
}

/** Options of {@link CoordinatorBackend.connect}. */
export interface ConnectOptions extends WaitOptions {
  /** Milliseconds; what is asked for, the server may change it. */
  readonly sessionTimeout?: number
}

/** Makes sessions on one tree: `memory()` in `@ringkeeper/coordination`, `zookeeper()` in `@ringkeeper/zookeeper`. */
export interface CoordinatorBackend {
  /** For messages, such as `memory`. */
  readonly name: string
  /** Opens a new session and waits until it is connected. */
  connect: (options?: ConnectOptions) => Promise<Coordinator>
}
