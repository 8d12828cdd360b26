import type { Fence, Shard, StoredPosition } from '@ringkeeper/core'

/**
 * The states of a shard on one worker.
 *
 * `idle -> waiting -> acquiring -> opening -> active -> draining -> committing -> releasing -> idle`, and from any of
 * them `fenced -> idle` when the session can no longer be relied on.
 */
export type ShardState =
  | 'idle'
  | 'waiting'
  | 'acquiring'
  | 'opening'
  | 'active'
  | 'draining'
  | 'committing'
  | 'releasing'
  | 'fenced'

/** A shard that this worker owns, and until when. */
export interface ShardLease {
  readonly shard: Shard
  /** The worker's id and the token: the transaction id that created the owner node. */
  readonly fence: Fence
  /** The position in the shard's node when the lease was acquired. */
  readonly nextOffset: number | undefined
  /** Monotonic milliseconds; nothing that takes longer may be started. */
  readonly deadline: number
  /** Aborts when the shard is fenced. */
  readonly signal: AbortSignal
  /** Reads the clock: whether writes and commits may start at this moment. */
  isHeld: () => boolean
  /**
   * Resolves when the lease is held: at once, or when a session in doubt (the machine slept) is proved alive again.
   * Rejects with the signal's reason when the shard is fenced, or when `options.signal` aborts.
   */
  whenHeld: (options?: { readonly signal?: AbortSignal | undefined }) => Promise<void>
  /**
   * Writes the position to the shard's node, at the version that this lease made. Batched with those of other shards.
   * Rejects with a coded error when the lease is not valid any more.
   */
  mirror: (nextOffset: number) => Promise<void>
}

/** What processes the records of owned shards; the fleet says when, and never looks inside. */
export interface ShardHost {
  /** Makes ready for a shard that this worker is to take as soon as its owner has given it back. Never throws. */
  prepare: (shard: Shard) => void
  /**
   * Begins to read the committed position of a shard that nobody owns and this worker is about to take: while that goes on, nobody
   * commits. `undefined` when there is nothing to read.
   */
  foresee: (shard: Shard) => Promise<StoredPosition | undefined> | undefined
  /**
   * Begins to open a shard. Never throws.
   *
   * @param foreseen - what {@link foresee} gave just before the lease was acquired.
   */
  start: (lease: ShardLease, foreseen?: Promise<StoredPosition | undefined>) => ShardRun
}

/** One shard being processed under one lease. */
export interface ShardRun {
  /** Resolves when the start position is known, and committed where it is new, and records flow. Rejections are those of {@link failed}. */
  readonly opened: Promise<void>
  /** Resolves when a bounded shard is read to its end, and all of it is acknowledged and committed. */
  readonly finished: Promise<void>
  /** Rejects when the shard cannot go on (a coded error that an operator must see); never resolves. It is drained then. */
  readonly failed: Promise<never>
  /**
   * Stops reading, waits for the acknowledgement of what was read, or cuts it off when `signal` aborts; settles the
   * writes in flight. Resolves with the position to commit; `undefined` when no start position was found yet, and then
   * nothing is to be committed and the shard's node keeps its own. Rejects when a failed run must not commit.
   *
   * Called at most once, also before {@link opened}; {@link fence} may come before it resolves. Until then the lease is kept.
   */
  drain: (options: { readonly signal: AbortSignal }) => Promise<number | undefined>
  /** Commits the drained position. Called again after it rejects, until the drain timeout. */
  commit: (position: number) => Promise<void>
  /** Stops at once: nothing more is written or committed. Resolves when no write of this shard can still be applied. */
  fence: () => Promise<void>
}
