import type { CallOptions } from '../coordinator/operations.ts'
import type { RecordBatch } from './record-batch.ts'
import type { Shard } from './shard.ts'

/** A position as it was committed, with the text that was committed beside it. */
export interface StoredPosition {
  /** The next record to read. */
  readonly position: number
  readonly metadata: string
}

/** A position to commit. */
export interface PositionCommit extends StoredPosition {
  readonly shard: Shard
}

/** Positions that the source's own system keeps, such as the offsets of a Kafka group. */
export interface PositionStore {
  /**
   * The committed position per shard, in order; `undefined` where none was ever committed. Any doubt is an error:
   * "no position" would make the reader start over.
   */
  read: (shards: readonly Shard[], options?: CallOptions) => Promise<readonly (StoredPosition | undefined)[]>
  /** Commits all of them, or rejects. Positions of shards that the source no longer has are left out. */
  commit: (positions: readonly PositionCommit[], options?: CallOptions) => Promise<void>
}

/** Reads one shard in order from a position. */
export interface ShardReader extends AsyncDisposable {
  /**
   * The next records; `undefined` at the end of a bounded shard. Waits when there are none yet. One read at a time. The
   * offset of each record is a position: reading may be taken up with any of them.
   *
   * A position that the source no longer has rejects with `RK_CORE_POSITION_OUT_OF_RANGE`, whose `data.resetTo` says
   * where the source's policy wants to go on, or with a coded error of a source that has no such policy. Passing
   * trouble (a broker away) is retried inside and not reported.
   */
  read: (options: { readonly signal: AbortSignal }) => Promise<RecordBatch | undefined>
  /** The position after the newest record that is known to exist; `undefined` when unknown. For lag. */
  readonly end: number | undefined
}

/** What a component waits for to be over, such as brokers that do not answer. */
export interface Trouble {
  readonly reason: string
  /** When it began, by the monotonic clock. */
  readonly since: number
}

/** Where records come from. */
export interface Source extends AsyncDisposable {
  /** Whether every shard has an end. */
  readonly bounded: boolean
  /** The shards that exist: now, and again at each change. */
  shards: (options: { readonly signal: AbortSignal }) => AsyncIterable<readonly Shard[]>
  /** Where a shard begins that nobody has read yet. */
  startPosition: (shard: Shard, options?: CallOptions) => Promise<number>
  /**
   * Tells that this shard will be opened here soon, so that what takes time before, such as connecting, is done meanwhile.
   * Returns at once and never throws: what goes wrong shows when the shard is opened.
   */
  readonly prepare?: (shard: Shard) => void
  open: (shard: Shard, position: number, options: { readonly signal: AbortSignal }) => Promise<ShardReader>
  /** Absent when the runtime keeps the positions. */
  readonly positions?: PositionStore
  /** Why nothing at all can be read at this moment; status pages show it, and a worker for which it lasts is not ready. */
  readonly trouble?: Trouble | undefined
}
