import { Latest, RecordCursor, shardKey, type Chunk } from '@ringkeeper/core'
import { streamingErrors } from '../../errors.ts'

/** A record as the sink `memory` keeps it. */
export interface MemoryRecord {
  readonly target: string
  readonly worker: string
  /** The shard lease's. */
  readonly token: bigint
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** The key as UTF-8 text. */
  readonly key: string | undefined
  /** What the codec made of the value; a copy of its bytes for the codec `bytes`; `undefined` for a tombstone. */
  readonly value: unknown
  readonly timestamp: number
}

/**
 * Collects what `memory` sinks write, for tests and for programs that embed a pipeline.
 *
 * @example
 * ```ts
 * const into = new MemoryRecords()
 * const sink = { type: 'memory', into }
 * await using pipeline = await startPipeline({ pipeline: 'p', source, route: { targets: [{ name: 'all', sink }] } })
 * await into.until((records) => records.length === 1000)
 * ```
 */
export class MemoryRecords {
  readonly #records: MemoryRecord[] = []
  readonly #changes = new Latest(0)
  readonly #newest = new Map<string, bigint>()

  /** All records so far, in the order they were written. */
  get records(): readonly MemoryRecord[] {
    return this.#records
  }

  /** Resolves once the records pass a test. */
  async until(
    test: (records: readonly MemoryRecord[]) => boolean,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<readonly MemoryRecord[]> {
    await this.#changes.until(() => test(this.#records), options)
    return this.#records
  }

  /**
   * Called by the sink.
   *
   * @throws RK_STREAMING_STALE_TOKEN for a shard that has a newer owner.
   */
  write(chunks: readonly Chunk[], target: string): void {
    for (const chunk of chunks) this.#refuseStale(chunk, target)
    for (const chunk of chunks) this.#add(chunk, target)
    this.#changes.set(this.#records.length)
  }

  #refuseStale({ batch, fence: { token } }: Chunk, target: string): void {
    const shard = shardKey(batch)
    const lane = `${target} ${shard}`
    const newest = this.#newest.get(lane) ?? 0n
    if (token < newest) throw streamingErrors.STALE_TOKEN({ shard, token: `${token}`, newest: `${newest}` })
    this.#newest.set(lane, token)
  }

  #add({ batch, selection, fence }: Chunk, target: string): void {
    const cursor = new RecordCursor(batch)
    for (let entry = selection.start; entry < selection.end; entry += 1) {
      const { decoded, keyText: key, offset, timestamp } = cursor.moveTo(selection.indices[entry] as number)
      const value = decoded instanceof Uint8Array ? decoded.slice() : decoded
      const { topic, partition } = batch
      this.#records.push({ target, ...fence, topic, partition, offset, key, value, timestamp })
    }
  }
}
