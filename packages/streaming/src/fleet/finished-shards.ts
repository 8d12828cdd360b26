import { shardKey, type Coordinator, type NodeWatch } from '@ringkeeper/core'
import type { FleetPaths } from './fleet-paths.ts'
import { ifThere, persistently } from './session-calls.ts'
import { decodeShardNode } from './shard-node.ts'

/** Which shards of a bounded source were read to their end: followed for as long as the session lives. */
export class FinishedShards implements AsyncDisposable {
  readonly #session: Coordinator
  readonly #paths: FleetPaths
  readonly #onChange: () => void
  readonly #keys = new Set<string>()
  #watch: NodeWatch | undefined

  private constructor(session: Coordinator, paths: FleetPaths, onChange: () => void) {
    this.#session = session
    this.#paths = paths
    this.#onChange = onChange
  }

  static async open(session: Coordinator, paths: FleetPaths, onChange: () => void): Promise<FinishedShards> {
    const finished = new FinishedShards(session, paths, onChange)
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
        if (this.#watch) this.#onChange()
      }
    } catch {
      // The session has ended; a new one looks for itself.
    }
  }
}
