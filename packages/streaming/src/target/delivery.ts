import { selectedCount, type Chunk, type Fence, type RecordBatch, type Selection, type Shard } from '@ringkeeper/core'
import type { TrackedBatch } from '../shard/batch-tracker.ts'
import type { InFlightCount } from './in-flight-count.ts'

/** What became of records of one shard, besides being written. */
export interface LaneCounts {
  /** Records put back to be written again. */
  retries: number
  /** Records handed to the dead letters. */
  deadLetters: number
  dropped: number
}

/** What a target knows of the shard that its records come from. */
export interface Lane {
  readonly shard: Shard
  readonly fence: Fence
  readonly counts: LaneCounts
  /** Whether the lease is held and a write that may take `duration` milliseconds ends before its deadline. */
  canWrite: (duration: number) => boolean
  /** True once nothing of this shard is to be written any more. */
  readonly isClosed: boolean
  /** The shard cannot go on. */
  fail: (error: unknown) => void
}

/** Some records of one batch on their way to one target, until they are acknowledged. */
export class Delivery implements Chunk {
  readonly lane: Lane
  readonly batch: RecordBatch
  readonly fence: Fence
  readonly bytes: number
  /** How often these records were given to the sink. */
  attempts = 0
  readonly #tracked: TrackedBatch
  readonly #count: InFlightCount | undefined
  selection: Selection

  constructor(
    lane: Lane,
    batch: RecordBatch,
    selection: Selection,
    bytes: number,
    tracked: TrackedBatch,
    count?: InFlightCount,
  ) {
    this.lane = lane
    this.batch = batch
    this.selection = selection
    this.bytes = bytes
    this.fence = lane.fence
    this.#tracked = tracked
    this.#count = count
    tracked.add()
    count?.enter()
  }

  /** The number of records. */
  get length(): number {
    return selectedCount(this.selection)
  }

  /** The sink may keep the batch beyond its write. */
  retain(): void {
    this.#tracked.retain()
  }

  /** These records have left for good. */
  done(): void {
    this.#tracked.settle()
    this.#count?.leave()
  }

  /** Some of these records, as part of the same batch; this delivery is then still to be ended or narrowed. */
  part(indices: Uint32Array): Delivery {
    const selection = { indices, start: 0, end: indices.length }
    const part = new Delivery(this.lane, this.batch, selection, sizeOf(this.batch, indices), this.#tracked, this.#count)
    part.attempts = this.attempts
    return part
  }

  /** Other records that stand for some of these, such as their dead letters. */
  replacement(batch: RecordBatch, bytes: number): Delivery {
    const indices = Uint32Array.from({ length: batch.length }, (_, index) => index)
    const selection = { indices, start: 0, end: indices.length }
    return new Delivery(this.lane, batch, selection, bytes, this.#tracked, this.#count)
  }

  /** Some of these records, counted as in flight elsewhere. */
  moved(selection: Selection, bytes: number, count?: InFlightCount): Delivery {
    return new Delivery(this.lane, this.batch, selection, bytes, this.#tracked, count)
  }
}

function sizeOf(batch: RecordBatch, indices: Uint32Array): number {
  let bytes = 0
  for (const index of indices) bytes += batch.sizeOf(index)
  return bytes
}
