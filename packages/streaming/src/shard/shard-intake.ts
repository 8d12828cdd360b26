import { shardKey, type RecordBatch, type Shard } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import type { RecordErrors } from '../routing/route-keys.ts'
import type { ShardRouter } from '../routing/shard-router.ts'
import type { DeadLetters } from '../target/dead-letters.ts'
import type { Delivery, Lane } from '../target/delivery.ts'
import { BatchTracker, type TrackedBatch } from './batch-tracker.ts'
import { ByteBudget } from './byte-budget.ts'
import { decodeBatch } from './decode-batch.ts'
import type { ShardContext } from './shard-context.ts'

/** What a record in flight takes besides its bytes: its entries in the columns and in the selection. */
const BYTES_PER_RECORD = 48

/** What a shard has taken in since its lease began. */
export interface IntakeCounters {
  records: number
  bytes: number
  /** Records that could not be decoded or routed. */
  malformed: number
}

/** Takes the batches of one shard in: decodes them, sends their records on their way, and holds reading back. */
export class ShardIntake {
  readonly tracker: BatchTracker
  readonly counters: IntakeCounters = { records: 0, bytes: 0, malformed: 0 }
  readonly #shard: Shard
  readonly #router: ShardRouter
  readonly #context: ShardContext
  readonly #budget: ByteBudget
  /** On the monotonic clock: when the position moved last, or there was nothing to do. */
  lastProgress: number

  constructor(position: number, lane: Lane, router: ShardRouter, context: ShardContext) {
    const { clock } = context.ports
    this.#shard = lane.shard
    this.#router = router
    this.#context = context
    this.#budget = new ByteBudget(context.maxBytesInFlightPerShard)
    this.lastProgress = clock.monotonic()
    this.tracker = new BatchTracker(position, {
      advanced: () => (this.lastProgress = clock.monotonic()),
      released: (bytes) => {
        this.#budget.release(bytes)
        context.budget.release(bytes)
      },
    })
  }

  /** Resolves when the next batch may be read. */
  async mayRead(signal: AbortSignal): Promise<void> {
    const { budget, keeper } = this.#context
    while (!signal.aborted && (this.#budget.isFull || budget.isFull || keeper.failure !== undefined)) {
      await this.#budget.room(signal)
      await budget.room(signal)
      // Records that cannot be committed would only be written twice.
      await keeper.healthy(signal)
    }
  }

  /**
   * @throws RK_STREAMING_POSITION_WENT_BACK; without dead letters RK_STREAMING_MALFORMED_RECORD and RK_STREAMING_BAD_ROUTE_KEY,
   * when what stands before that record is on its way
   */
  async process(read: RecordBatch, signal: AbortSignal): Promise<void> {
    await this.#context.pace.run(read.length, () => {
      // Whoever stopped the reading has settled what was on its way: this batch belongs to the next owner.
      if (!signal.aborted) this.#process(read)
    })
  }

  #process(read: RecordBatch): void {
    const { tracker } = this
    const { codec, ports } = this.#context
    if (read.nextOffset < tracker.end) {
      const shard = shardKey(this.#shard)
      throw streamingErrors.POSITION_WENT_BACK({ shard, position: tracker.end, next: read.nextOffset })
    }
    if (tracker.length === 0) this.lastProgress = ports.clock.monotonic()
    const { batch, errors } = codec ? decodeBatch(read, codec) : { batch: read, errors: undefined }
    const { deadLetters } = this.#context
    const track = (taken: RecordBatch, bytes: number): TrackedBatch => this.#track(taken, bytes)
    if (deadLetters) {
      this.#router.dispatch(batch, errors, track, (delivery, reasons) => this.#reject(delivery, reasons, deadLetters))
      return
    }
    try {
      this.#router.dispatch(batch, errors, track)
    } catch (error) {
      this.counters.malformed += 1
      throw error
    }
  }

  #track(batch: RecordBatch, bytes: number): TrackedBatch {
    const footprint = bytes + batch.length * BYTES_PER_RECORD
    this.counters.records += batch.length
    this.counters.bytes += bytes
    this.#budget.take(footprint)
    this.#context.budget.take(footprint)
    return this.tracker.add(batch.nextOffset, footprint, batch)
  }

  #reject(delivery: Delivery, errors: RecordErrors, deadLetters: DeadLetters): void {
    this.counters.malformed += delivery.length
    deadLetters.accept(delivery, (index) => errors.get(index))
  }
}
