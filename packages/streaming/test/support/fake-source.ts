import {
  deferred,
  RecordBatch,
  shardKey,
  streamErrors,
  type PositionCommit,
  type PositionStore,
  type Shard,
  type ShardReader,
  type Source,
  type StoredPosition,
  type Trouble,
} from '@ringkeeper/core'
import { batchOf, type TestRecord } from './batch.ts'

/** Positions in memory, with faults. */
export class FakePositions implements PositionStore {
  readonly stored = new Map<string, StoredPosition>()
  readonly commits: PositionCommit[][] = []
  failReads = 0
  failCommits = 0
  /** Commits wait for this. */
  gate: Promise<void> | undefined

  read = async (shards: readonly Shard[]): Promise<readonly (StoredPosition | undefined)[]> => {
    if (this.failReads > 0) {
      this.failReads -= 1
      throw new Error('the broker is away')
    }
    return shards.map((shard) => this.stored.get(shardKey(shard)))
  }

  commit = async (positions: readonly PositionCommit[]): Promise<void> => {
    await this.gate
    if (this.failCommits > 0) {
      this.failCommits -= 1
      throw new Error('the broker is away')
    }
    this.commits.push([...positions])
    for (const { shard, position, metadata } of positions) this.stored.set(shardKey(shard), { position, metadata })
  }
}

/** A source whose records a test appends; each shard's offsets count from 0. */
export class FakeSource implements Source {
  bounded = false
  readonly positions?: FakePositions
  trouble: Trouble | undefined
  /** How many records a batch has at most. */
  batchSize = 10
  start = 0
  readonly opened: number[] = []
  /** Batches whose memory was given back. */
  released = 0
  /** Positions below are gone, and reading goes on there; or not at all. */
  readonly #lost = new Map<string, { readonly below: number; readonly resetTo: number | undefined }>()
  readonly #records = new Map<string, TestRecord[]>()
  #more = deferred()

  /** @param positions - `null` for a source that keeps none. */
  constructor(positions: FakePositions | null = new FakePositions()) {
    if (positions) this.positions = positions
  }

  append(shard: Shard, ...records: readonly TestRecord[]): void {
    const all = this.#records.get(shardKey(shard)) ?? []
    all.push(...records)
    this.#records.set(shardKey(shard), all)
    this.#wake()
  }

  lose(shard: Shard, below: number, resetTo?: number): void {
    this.#lost.set(shardKey(shard), { below, resetTo })
    this.#wake()
  }

  async *shards(): AsyncIterable<readonly Shard[]> {}

  startPosition = async (): Promise<number> => this.start

  open = async (shard: Shard, position: number): Promise<ShardReader> => {
    this.opened.push(position)
    let next = position
    const end = (): number => this.#records.get(shardKey(shard))?.length ?? 0
    return {
      get end() {
        return end()
      },
      read: async ({ signal }) => {
        for (;;) {
          signal.throwIfAborted()
          const lost = this.#lost.get(shardKey(shard))
          if (lost && next < lost.below) {
            const { resetTo } = lost
            throw streamErrors.POSITION_OUT_OF_RANGE({
              ...shard,
              position: next,
              ...(resetTo !== undefined && { resetTo }),
            })
          }
          const records = this.#records.get(shardKey(shard))?.slice(next, next + this.batchSize) ?? []
          if (records.length > 0) {
            const batch = poisonable(batchOf(records, { ...shard, firstOffset: next }), () => (this.released += 1))
            next += records.length
            return batch
          }
          if (this.bounded) return undefined
          await Promise.race([this.#more.promise, aborted(signal)])
        }
      },
      [Symbol.asyncDispose]: async () => {},
    }
  };

  [Symbol.asyncDispose] = async (): Promise<void> => {}

  #wake(): void {
    this.#more.resolve()
    this.#more = deferred()
  }
}

/** Spoils a batch when its memory is given back: who still looks at it finds nothing right. */
function poisonable(batch: RecordBatch, onRelease: () => void): RecordBatch {
  return new RecordBatch({
    topic: batch.topic,
    partition: batch.partition,
    length: batch.length,
    nextOffset: batch.nextOffset,
    bytes: batch.bytes,
    keyStart: batch.keyStart,
    keyEnd: batch.keyEnd,
    valueStart: batch.valueStart,
    valueEnd: batch.valueEnd,
    offsets: batch.offsets,
    timestamps: batch.timestamps,
    headersStart: batch.headersStart,
    headersEnd: batch.headersEnd,
    onRelease: () => {
      batch.bytes.fill(0xff)
      batch.offsets.fill(-1)
      batch.timestamps.fill(-1)
      onRelease()
    },
  })
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
