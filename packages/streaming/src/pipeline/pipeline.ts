import type { TargetInput } from '../config/pipeline-input.ts'
import type { PipelineStatus } from './pipeline-status.ts'

/** A pipeline that runs; made by `startPipeline`. */
export interface Pipeline extends AsyncDisposable {
  /** The worker's node id. */
  readonly worker: string
  /**
   * Resolves when the worker has left: stopped, or at the end of a bounded source. Rejects with the coded error of what
   * makes it impossible to go on; by then all is closed.
   */
  readonly done: Promise<void>
  /** What it does at this moment. */
  status: () => PipelineStatus
  /** The same now and after each change of the fleet or of a shard's state. */
  statuses: (options?: { readonly signal?: AbortSignal | undefined }) => AsyncIterable<PipelineStatus>
  /**
   * Routes to other targets from now on; a target with the same name and sink goes on as it is. Keys that move wait until
   * their old target has acknowledged what it was given. Resolves when that is done.
   *
   * @throws RK_STREAMING_CONFIG_INVALID, RK_STREAMING_PIPELINE_ENDED and what sinks throw; nothing has changed then.
   */
  setTargets: (targets: readonly TargetInput[]) => Promise<void>
  /**
   * Leaves the fleet: hands the shards over, drained and committed, and closes everything. Safe to call again.
   *
   * @param options - `timeout`: milliseconds after which what is not settled is left to the end of the session.
   * @throws what {@link done} rejects with.
   */
  stop: (options?: { readonly timeout?: number }) => Promise<void>
}
