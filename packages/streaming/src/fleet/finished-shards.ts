import { shardKey, type Coordinator, type NodeWatch } from '@ringkeeper/core'
import type { FleetPaths } from './fleet-paths.ts'
import { ifThere, isSessionOver, persistently } from './session-calls.ts'
import { decodeShardNode } from './shard-node.ts'

/** What {@link FinishedShards} tells its leader. */
export interface FinishedShardsEvents {
  readonly changed: () => void
  /** Nothing is followed any more, because of a node that cannot be read for instance. */
  readonly failed: (error: unknown) => void
}

/** Which shards of a bounded source were read to their end: followed for as long as the session lives. */
export class FinishedShards implements AsyncDisposable {
  readonly #session: Coordinator
  readonly #paths: FleetPaths
  readonly #events: FinishedShardsEvents
  readonly #keys = new Set<string>()
  #watch: NodeWatch | undefined

  private constructor(session: Coordinator, paths: FleetPaths, events: FinishedShardsEvents) {
    this.#session = session
    this.#paths = paths
    this.#events = events
  }

  static async open(session: Coordinator, paths: FleetPaths, events: FinishedShardsEvents): Promise<FinishedShards> {
    const finished = new FinishedShards(session, paths, events)
    finished.#watch = await persistently(session, () => session.watch(paths.shards, { recursive: true }))
    await persistently(session, () => finished.#list())
    void finished.#follow(finished.#watch)
    return finished
  }

  has(key: string): boolean {
    return this.#keys.has(key)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const watch = this.#watch
    this.#watch = undefined
    await watch?.[Symbol.asyncDispose]()
  }

  async #list(): Promise<void> {
    const { shards } = this.#paths
    const [, topics] = await Promise.all([this.#session.sync(shards), this.#session.children(shards)])
    await Promise.all(
      topics.children.map(async (topic) => {
        const partitions = await ifThere(this.#session.children(`${shards}/${topic}`))
        await Promise.all((partitions?.children ?? []).map((name) => this.#look(`${shards}/${topic}/${name}`)))
      }),
    )
  }

  async #look(path: string): Promise<boolean> {
    const shard = this.#paths.shardAt(path)
    const node = shard && (await ifThere(this.#session.get(path)))
    if (!node || !decodeShardNode(path, node.data).isDone || this.#keys.has(shardKey(shard))) return false
    this.#keys.add(shardKey(shard))
    return true
  }

  async #follow(watch: NodeWatch): Promise<void> {
    try {
      for await (const { type, path } of watch) {
        if (type === 'ended') return
        if (type === 'resync') await persistently(this.#session, () => this.#list())
        else if (type !== 'changed' || !(await persistently(this.#session, () => this.#look(path)))) continue
        if (this.#watch) this.#events.changed()
      }
    } catch (error) {
      // When the session has ended, a new one looks for itself.
      if (!isSessionOver(error)) this.#events.failed(error)
    }
  }
}
