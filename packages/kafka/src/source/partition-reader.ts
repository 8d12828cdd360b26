import { deferred, type Deferred, type RecordBatch, type Shard, type ShardReader } from '@ringkeeper/core'
import { kafkaErrors } from '../errors.ts'
import type { Decompressors } from '../protocol/compression.ts'
import type { FrameLease } from '../kafkajs/frame-pool.ts'
import type { ColumnPool } from '../protocol/record-columns.ts'
import { FetchedRecords } from '../protocol/fetched-records.ts'
import type { FetchedPartition } from '../protocol/fetch.ts'

/** What a reader needs of the source that feeds it. */
export interface Feeder {
  /** The reader can take another answer. */
  want: (reader: PartitionReader) => void
  closed: (reader: PartitionReader) => void
  readonly codecs: Decompressors
  readonly columns: ColumnPool
  readonly checkCrcs: boolean
}

/**
 * Reads one partition. Holds at most one fetched answer that nobody has begun to read; as long as it does, nothing more
 * is asked for, which is how a slow pipeline slows the source down. Records are decoded when they are read.
 */
export class PartitionReader implements ShardReader {
  readonly shard: Shard
  readonly #feeder: Feeder
  #position: number
  #end: number | undefined
  /** The position after what can be read now. */
  #readable: number | undefined
  /** The answer that is being read. */
  #current: FetchedRecords | undefined
  /** The next one, which nobody has begun to read. */
  #ready: FetchedRecords | undefined
  #failure: Error | undefined
  #isClosed = false
  #waiter: Deferred<void> | undefined

  constructor(shard: Shard, position: number, feeder: Feeder) {
    this.shard = shard
    this.#position = position
    this.#feeder = feeder
  }

  /** The position to fetch from. */
  get position(): number {
    return this.#position
  }

  get end(): number | undefined {
    return this.#end
  }

  /** Whether nothing more is to be fetched: it was closed, or it failed. */
  get isOver(): boolean {
    return this.#isClosed || this.#failure !== undefined
  }

  /** Whether the last answer said that there was nothing more. */
  get isAtEnd(): boolean {
    return this.#readable !== undefined && this.#position >= this.#readable
  }

  /** Takes a good answer. Returns whether more is wanted now. */
  take(fetched: FetchedPartition, frame: FrameLease | undefined): boolean {
    this.#end = fetched.highWatermark
    this.#readable = Math.min(fetched.highWatermark, fetched.lastStableOffset)
    if (fetched.start === fetched.end) return true
    try {
      const { checkCrcs, columns } = this.#feeder
      const records = new FetchedRecords(fetched, { from: this.#position, checkCrcs, columns, frame })
      if (records.done) return true
      this.#position = records.nextOffset
      this.#ready = records
    } catch (error) {
      this.fail(error as Error)
    }
    this.#waiter?.resolve()
    return false
  }

  /** Ends the reading: every read from now on rejects, after what is there was read. */
  fail(error: Error): void {
    this.#failure ??= error
    this.#waiter?.resolve()
  }

  async read({ signal }: { readonly signal: AbortSignal }): Promise<RecordBatch> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#isClosed) throw kafkaErrors.CLOSED({ what: 'reader' })
      const records = this.#current ?? this.#begin()
      if (records) return this.#decode(records)
      if (this.#failure) throw this.#failure
      await this.#wait(signal)
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true
      this.#current = undefined
      this.#ready = undefined
      this.#feeder.closed(this)
      this.#waiter?.resolve()
    }
    return Promise.resolve()
  }

  /** Begins to read the next answer; the one after it may be fetched meanwhile. */
  #begin(): FetchedRecords | undefined {
    const records = this.#ready
    if (!records) return undefined
    this.#current = records
    this.#ready = undefined
    this.#feeder.want(this)
    return records
  }

  async #decode(records: FetchedRecords): Promise<RecordBatch> {
    const { codecs } = this.#feeder
    try {
      const { codec } = records
      if (codec !== 0 && !codecs.get(codec)) await codecs.load(codec)
      const batch = records.next(codecs)
      if (records.done) this.#current = undefined
      return batch
    } catch (error) {
      // What was fetched after it must not be read as if it were the next.
      this.#current = undefined
      this.#ready = undefined
      this.fail(error as Error)
      throw error
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const waiter = deferred()
    const abort = (): void => waiter.resolve()
    this.#waiter = waiter
    signal.addEventListener('abort', abort, { once: true })
    await waiter.promise
    signal.removeEventListener('abort', abort)
    this.#waiter = undefined
  }
}
