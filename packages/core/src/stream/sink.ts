import type { RecordBatch } from './record-batch.ts'
import type { Selection } from './selection.ts'

/** Who writes: for sinks that refuse an older owner of the same shard. */
export interface Fence {
  /** The worker's node id. */
  readonly worker: string
  /** Grows with every owner of any shard of the pipeline. */
  readonly token: bigint
}

/** Some records of one shard. */
export interface Chunk {
  readonly batch: RecordBatch
  readonly selection: Selection
  readonly fence: Fence
}

/** A record that was not written. */
export interface RecordFailure {
  /** Which of the chunks. */
  readonly chunk: number
  /** The record's number in the chunk's batch. */
  readonly index: number
  readonly error: unknown
  /** False when the same record would fail again. */
  readonly isRetryable: boolean
  /** True when the record itself was not tried, only held back behind one that failed; that is not counted as an attempt. */
  readonly isHeldBack?: boolean
}

/** What a sink is given with each write. */
export interface WriteContext {
  /**
   * Aborts when the write has to end now: its time is over, or its shard was lost. The sink then makes sure that nothing of
   * the write is applied later (it resets its socket) and rejects, or reports what is not written.
   */
  readonly signal: AbortSignal
  /** Milliseconds until the signal aborts by itself. */
  readonly timeout: number
}

/** What the runtime may rely on. */
export interface SinkCapabilities {
  /**
   * Keeps the order of records with one key, also over failures: after a record fails, no later record with its key is
   * written, and all that were not written are reported.
   */
  readonly ordered: boolean
  /** Writing a record twice has the effect of writing it once. */
  readonly idempotent: boolean
  /** Refuses a token that is lower than one it has seen for the same shard. */
  readonly fenced: boolean
  /**
   * False for a sink that is done with a batch when its write has settled: it keeps no batch, no view of its bytes and no
   * value that a codec made of them. The source's memory can then be used again, which spares the garbage collector
   * most of its work. True by default.
   */
  readonly retainsBytes?: boolean
}

/** Where records go. One instance serves one target of one worker; the runtime makes one write at a time. */
export interface Sink extends AsyncDisposable {
  /**
   * Writes all records, chunk by chunk, each in the selection's order. Returns the records that were not written, if any;
   * rejects when it cannot tell, and then all count as not written. Settles only when nothing of the write can still be
   * applied later.
   */
  write: (chunks: readonly Chunk[], context: WriteContext) => Promise<readonly RecordFailure[] | void>
}
