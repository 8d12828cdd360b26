import { deferred, isRingkeeperError, messageOf, shardKey, type RecordBatch, type ShardReader } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import type { ShardLease, ShardRun } from '../fleet/shard-lease.ts'
import type { RecordErrors } from '../routing/route-keys.ts'
import type { ShardRouter } from '../routing/shard-router.ts'
import type { Delivery } from '../target/delivery.ts'
import { BatchTracker } from './batch-tracker.ts'
import { ByteBudget } from './byte-budget.ts'
import { readCommitMark } from './commit-mark.ts'
import { decodeBatch } from './decode-batch.ts'
import { findStart } from './find-start.ts'
import type { KeptShard } from './position-keeper.ts'
import { readShard } from './read-shard.ts'
import type { ShardContext } from './shard-context.ts'
import { ShardLane } from './shard-lane.ts'
import type { ShardStatus } from './shard-status.ts'
import { startPosition } from './start-position.ts'

/** What a record in flight takes besides its bytes: its entries in the columns and in the selection. */
const BYTES_PER_RECORD = 48

/** One shard under one lease: reads it, sends its records on their way, and keeps its position. */
export class RunningShard implements ShardRun, KeptShard {
  readonly lease: ShardLease
  readonly #lane: ShardLane
  readonly #context: ShardContext
  readonly #router: ShardRouter
  readonly #budget: ByteBudget
  readonly #onEnd: () => void
  readonly #stop = new AbortController()
  readonly #opened = deferred()
  readonly #finished = deferred()
  readonly #failed = deferred<never>()
  #tracker: BatchTracker | undefined
  #reader: ShardReader | undefined
  #state: ShardStatus['state'] = 'opening'
  #fencing: Promise<void> | undefined
  #cancelRecheck: (() => void) | undefined
  #error: unknown
  #lastProgress: number
  #records = 0
  #bytes = 0
  #malformed = 0

  /** @param onEnd - called once nothing of this shard is left here. */
  constructor(lease: ShardLease, context: ShardContext, onEnd: () => void) {
    this.lease = lease
    this.#context = context
    this.#onEnd = onEnd
    this.#budget = new ByteBudget(context.maxBytesInFlightPerShard)
    this.#lastProgress = context.ports.clock.monotonic()
    this.#lane = new ShardLane(lease, context.ports.clock, (error) => this.fail(error))
    this.#router = context.route.open(this.#lane)
    // The fleet fences too; whoever is first.
    lease.signal.addEventListener('abort', this.#onLeaseLost, { once: true })
    void this.#run()
  }

  get opened(): Promise<void> {
    return this.#opened.promise
  }

  get finished(): Promise<void> {
    return this.#finished.promise
  }

  get failed(): Promise<never> {
    return this.#failed.promise
  }

  get position(): number {
    return this.#tracker?.position ?? 0
  }

  canCommit(duration: number): boolean {
    return this.#lane.hasTimeFor(duration)
  }

  fail(error: unknown): void {
    if (this.#lane.isClosed || this.#error !== undefined) return
    this.#error = error
    this.#state = 'failed'
    this.#context.ports.logger.error('a shard cannot go on', {
      shard: shardKey(this.lease.shard),
      error: messageOf(error),
    })
    this.#stop.abort(error)
    this.#opened.reject(error)
    this.#failed.reject(error)
  }

  async drain({ signal }: { readonly signal: AbortSignal }): Promise<number | undefined> {
    if (!this.#lane.isClosed) this.#state = 'draining'
    this.#stop.abort(streamingErrors.SHARD_DRAINED({ shard: shardKey(this.lease.shard) }))
    const tracker = this.#tracker
    if (!tracker) {
      this.#end('done')
      return undefined
    }
    await this.#emptied(tracker, signal)
    if (this.#fencing) throw this.#lost()
    if (tracker.length > 0) await this.#cutOff()
    if (this.#fencing) throw this.#lost()
    return tracker.position
  }

  async commit(_position: number): Promise<void> {
    if (this.#fencing) throw this.#lost()
    this.#state = 'committing'
    await this.#context.keeper.commit(this)
    this.#end('done')
  }

  fence(): Promise<void> {
    this.#fencing ??= this.#fence()
    return this.#fencing
  }

  /** Looks whether there is anything to do: a shard without work is not stalled. */
  noteIdle(now: number): void {
    if (this.#state === 'active' && !this.#hasWork()) this.#lastProgress = now
  }

  get status(): ShardStatus {
    const { topic, partition } = this.lease.shard
    const position = this.#tracker?.position
    const end = this.#reader?.end
    const sinceProgress = this.#context.ports.clock.monotonic() - this.#lastProgress
    const isWorking = this.#state === 'active' ? this.#hasWork() : this.#state !== 'done' && this.#state !== 'fenced'
    return {
      topic,
      partition,
      state: this.#state,
      token: this.lease.fence.token.toString(),
      position,
      committed: this.#context.keeper.committed(this),
      end,
      lag: end === undefined || position === undefined ? undefined : Math.max(0, end - position),
      records: this.#records,
      bytes: this.#bytes,
      malformed: this.#malformed,
      waiting: this.#router.waiting,
      batchesInFlight: this.#tracker?.length ?? 0,
      bytesInFlight: this.#tracker?.bytes ?? 0,
      sinceProgress,
      isStalled: isWorking && sinceProgress > this.#context.stallTimeout,
      error: this.#error === undefined ? undefined : { code: codeOf(this.#error), message: messageOf(this.#error) },
    }
  }

  async #run(): Promise<void> {
    try {
      const { signal } = this.#stop
      this.#start(await findStart(this.lease, this.#context, signal))
      await this.#context.keeper.commit(this)
      if (signal.aborted) return
      this.#state = 'active'
      this.#opened.resolve()
      this.#recheckLater()
      if (!(await this.#readToEnd())) return
      const tracker = this.#tracker as BatchTracker
      await tracker.whenEmpty()
      await this.#context.keeper.commit(this)
      this.#finished.resolve()
    } catch (error) {
      if (!this.#stop.signal.aborted) this.fail(error)
    }
  }

  #start(position: number): void {
    this.#stop.signal.throwIfAborted()
    this.#tracker = new BatchTracker(position, {
      advanced: () => (this.#lastProgress = this.#context.ports.clock.monotonic()),
      released: (bytes) => {
        this.#budget.release(bytes)
        this.#context.budget.release(bytes)
      },
    })
    this.#context.keeper.add(this)
  }

  /** Reads until the end of a bounded shard; false when stopped before. */
  async #readToEnd(): Promise<boolean> {
    const { source, keeper, ports } = this.#context
    const { signal } = this.#stop
    const tracker = this.#tracker as BatchTracker
    const hooks = {
      mayRead: () => this.#mayRead(),
      process: (batch: RecordBatch) => this.#process(batch),
      reading: (reader: ShardReader | undefined) => (this.#reader = reader),
    }
    for (;;) {
      const end = await readShard(source, this.lease.shard, tracker.end, hooks, signal)
      if (end.type !== 'reset') return end.type === 'end'
      ports.logger.warn('the source no longer has the position of a shard, which goes on elsewhere', {
        shard: shardKey(this.lease.shard),
        position: tracker.end,
        next: end.position,
      })
      await tracker.whenEmpty()
      if (signal.aborted) return false
      tracker.moveTo(end.position)
      keeper.recommit(this)
    }
  }

  async #mayRead(): Promise<void> {
    const { budget, keeper, pace } = this.#context
    const { signal } = this.#stop
    while (!signal.aborted && (this.#budget.isFull || budget.isFull || keeper.failure !== undefined)) {
      await this.#budget.room(signal)
      await budget.room(signal)
      // Records that cannot be committed would only be written twice.
      await keeper.healthy(signal)
    }
    await pace.next()
  }

  #process(read: RecordBatch): void {
    const tracker = this.#tracker as BatchTracker
    const { codec } = this.#context
    if (read.nextOffset < tracker.end) {
      const shard = shardKey(this.lease.shard)
      throw streamingErrors.POSITION_WENT_BACK({ shard, position: tracker.end, next: read.nextOffset })
    }
    if (tracker.length === 0) this.#lastProgress = this.#context.ports.clock.monotonic()
    const { batch, errors } = codec ? decodeBatch(read, codec) : { batch: read, errors: undefined }
    this.#router.dispatch(
      batch,
      errors,
      (bytes) => this.#track(tracker, batch, bytes),
      (delivery, reasons) => this.#reject(delivery, reasons),
    )
  }

  #track(tracker: BatchTracker, batch: RecordBatch, bytes: number): ReturnType<BatchTracker['add']> {
    const footprint = bytes + batch.length * BYTES_PER_RECORD
    this.#records += batch.length
    this.#bytes += bytes
    this.#budget.take(footprint)
    this.#context.budget.take(footprint)
    return tracker.add(batch.nextOffset, footprint)
  }

  #reject(delivery: Delivery, errors: RecordErrors): void {
    this.#malformed += delivery.length
    const { deadLetters } = this.#context
    if (deadLetters) deadLetters.accept(delivery, (index) => errors.get(index))
    else this.fail(errors.values().next().value)
  }

  #hasWork(): boolean {
    const tracker = this.#tracker
    return tracker !== undefined && (tracker.length > 0 || (this.#reader?.end ?? 0) > tracker.end)
  }

  /** Once the former owner's session must be over, looks whether a late commit of its overwrote ours. */
  #recheckLater(): void {
    const { ports, sessionTimeout, positions, keeper, areTokensLasting } = this.#context
    if (!positions) return
    const { shard, fence } = this.lease
    const recheck = async (): Promise<void> => {
      const committed = await positions.read(shard, this.#stop.signal)
      if (this.#stop.signal.aborted) return
      if (committed && readCommitMark(committed.metadata)?.token === fence.token) return
      startPosition({ shard, fence, committed, nextOffset: undefined, areTokensLasting })
      keeper.recommit(this)
    }
    this.#cancelRecheck = ports.timers.set(sessionTimeout, () => {
      recheck().catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.fail(error)
      })
    })
  }

  async #emptied(tracker: BatchTracker, signal: AbortSignal): Promise<void> {
    if (tracker.length === 0 || signal.aborted) return
    const cut = deferred()
    const onCut = (): void => cut.resolve()
    signal.addEventListener('abort', onCut, { once: true })
    this.lease.signal.addEventListener('abort', onCut, { once: true })
    await Promise.race([tracker.whenEmpty(), cut.promise])
    signal.removeEventListener('abort', onCut)
    this.lease.signal.removeEventListener('abort', onCut)
  }

  /** Ends what is on its way; what a sink still acknowledges counts. */
  async #cutOff(): Promise<void> {
    this.#lane.close()
    this.#router.close()
    await this.#withdraw()
    this.#tracker?.abandon()
  }

  async #fence(): Promise<void> {
    if (this.#state === 'done') return
    const lost = this.#lost()
    this.#lane.close()
    this.#stop.abort(lost)
    this.#opened.reject(lost)
    this.#tracker?.abandon()
    this.#end('fenced')
    await this.#withdraw()
  }

  async #withdraw(): Promise<void> {
    const { route, deadLetters } = this.#context
    await Promise.all([
      ...route.targets.map((target) => target.withdraw(this.#lane)),
      deadLetters?.withdraw(this.#lane),
    ])
  }

  #end(state: 'done' | 'fenced'): void {
    this.#state = state
    this.#lane.close()
    this.#cancelRecheck?.()
    this.lease.signal.removeEventListener('abort', this.#onLeaseLost)
    this.#router.close()
    this.#context.keeper.remove(this)
    this.#onEnd()
  }

  readonly #onLeaseLost = (): void => void this.fence()

  #lost(): Error {
    return streamingErrors.SHARD_FENCED({ shard: shardKey(this.lease.shard), token: this.lease.fence.token.toString() })
  }
}

function codeOf(error: unknown): string {
  return isRingkeeperError(error) ? error.code : 'UNKNOWN'
}
