/** What a node says about itself. Transaction ids and the session id are bigints: they use all 64 bits. */
export interface Stat {
  /** The transaction that created the node. */
  readonly czxid: bigint
  /** The transaction that last changed its data. */
  readonly mzxid: bigint
  /** The transaction that last changed its list of children. */
  readonly pzxid: bigint
  /** Creation time in milliseconds since the epoch, by the server's clock. */
  readonly ctime: number
  /** Time of the last data change, likewise. */
  readonly mtime: number
  /** Counts data changes. */
  readonly version: number
  /** Counts changes of the list of children. */
  readonly cversion: number
  /** Counts changes of the access list. */
  readonly aversion: number
  /** The session whose end deletes the node; 0n for a node that stays. */
  readonly ephemeralOwner: bigint
  readonly dataLength: number
  readonly numChildren: number
}

/**
 * How long a node lives and whether the server appends a counter to its name.
 *
 * - `persistent`: until deleted
 * - `ephemeral`: until the session that created it ends; has no children
 * - `container`: until deleted, or by the server some time after its last child has gone
 * - `ttl`: until deleted, or by the server when unchanged and without children for `ttl` milliseconds
 */
export type CreateMode =
  | 'persistent'
  | 'persistent-sequential'
  | 'ephemeral'
  | 'ephemeral-sequential'
  | 'container'
  | 'ttl'
  | 'ttl-sequential'

/** What an identity may do with a node. */
export type Permission = 'read' | 'write' | 'create' | 'delete' | 'admin'

/** One entry of a node's access list, such as `{ scheme: 'world', id: 'anyone', permissions: ['read'] }`. */
export interface AclEntry {
  readonly scheme: string
  readonly id: string
  readonly permissions: readonly Permission[]
}

/** Something that happened to a watched node, or to the session that watches it. */
export interface WatchEvent {
  /**
   * - `created`, `deleted`, `changed` (its data), `children` (its list of children)
   * - `resync`: the session was away and is back; a persistent watch may have missed events: read again
   * - `ended`: the session has expired or was closed; no event follows
   */
  readonly type: 'created' | 'deleted' | 'changed' | 'children' | 'resync' | 'ended'
  /** The node that the event is about; for `resync` and `ended` the watched path. */
  readonly path: string
}

/** Called once per one-shot watch. */
export type Watcher = (event: WatchEvent) => void

/**
 * Where a session stands.
 *
 * `connecting -> connected <-> suspended -> expired | closed`. While suspended the session may still live on the
 * server, and nobody can tell from here. `expired` and `closed` are final: a new session is a new {@link Coordinator}.
 */
export type SessionState = 'connecting' | 'connected' | 'suspended' | 'expired' | 'closed'
