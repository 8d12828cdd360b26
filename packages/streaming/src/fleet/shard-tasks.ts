import type { Shard } from '@ringkeeper/core'
import type { ShardState } from './shard-lease.ts'
import { ShardTask, type ShardTaskContext, type Tenure } from './shard-task.ts'

/** A shard on this worker, for status pages. */
export interface FleetShardStatus {
  readonly shard: Shard
  readonly state: ShardState
  /** While it is owned. */
  readonly token: bigint | undefined
  /** The position in the shard's node, as this worker last wrote or read it. */
  readonly nextOffset: number | undefined
}

/** The tasks of all shards that this worker owns, wants, or has not let go of yet. */
export class ShardTasks {
  readonly #context: ShardTaskContext
  readonly #onFailure: (shard: Shard, error: unknown) => void
  readonly #tasks = new Map<string, ShardTask>()
  readonly #runs = new Set<Promise<void>>()
  /** Shards that this worker has failed with: it does not try again. */
  readonly #broken = new Set<string>()
  #wanted: ReadonlyMap<string, Shard> = new Map()
  #tenure: Tenure | undefined

  constructor(context: ShardTaskContext, onFailure: (shard: Shard, error: unknown) => void) {
    this.#context = context
    this.#onFailure = onFailure
  }

  /** Says which shards are wanted from now on, by `shardKey`, and whether they may be acquired. */
  update(wanted: ReadonlyMap<string, Shard>, tenure: Tenure | undefined): void {
    this.#wanted = wanted
    this.#tenure = tenure
    for (const [key, task] of this.#tasks) task.set({ isWanted: wanted.has(key), tenure })
    for (const [key, shard] of wanted) if (!this.#tasks.has(key)) this.#start(key, shard)
  }

  /** What this worker has, ordered by shard. */
  get status(): readonly FleetShardStatus[] {
    return [...this.#tasks]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { shard, state, lease }]) => ({ shard, state, token: lease?.token, nextOffset: lease?.position }))
  }

  /** Shards with writes that may still be applied. */
  get unsettled(): readonly string[] {
    return [...this.#tasks].filter(([, { isSettled }]) => !isSettled).map(([key]) => key)
  }

  /** Whether nothing is wanted according to the last update. */
  get isUnwanted(): boolean {
    return this.#wanted.size === 0
  }

  /** Resolves when no task is left. */
  async whenIdle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs)
  }

  #start(key: string, shard: Shard): void {
    if (this.#broken.has(key)) return
    const task = new ShardTask(shard, this.#context, { isWanted: true, tenure: this.#tenure })
    this.#tasks.set(key, task)
    const run = this.#run(task, key).finally(() => this.#runs.delete(run))
    this.#runs.add(run)
  }

  async #run(task: ShardTask, key: string): Promise<void> {
    try {
      await task.run()
    } catch (error) {
      this.#broken.add(key)
      this.#onFailure(task.shard, error)
    }
    this.#tasks.delete(key)
    // Wanted again in the moment in which it ended.
    const shard = this.#wanted.get(key)
    if (shard) this.#start(key, shard)
  }
}
