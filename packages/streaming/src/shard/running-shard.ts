import {
  deferred,
  errorFields,
  isRingkeeperError,
  messageOf,
  shardKey,
  sleep,
  type ShardReader,
  type StoredPosition,
} from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import type { ShardLease, ShardRun } from '../fleet/shard-lease.ts'
import type { ShardRouter } from '../routing/shard-router.ts'
import { eitherAborted } from './either-aborted.ts'
import { findStart } from './find-start.ts'
import type { KeptShard } from './position-keeper.ts'
import { readShard } from './read-shard.ts'
import { isCommitOverwritten } from './recheck-commit.ts'
import type { ShardContext } from './shard-context.ts'
import { rewindNode } from './rewind-node.ts'
import { ShardIntake } from './shard-intake.ts'
import { ShardLane } from './shard-lane.ts'
import type { ShardStatus } from './shard-status.ts'

/** Milliseconds before a shard is opened again at a position that its source chose. */
const RESET_PAUSE = 100

/**
 * One shard under one lease: finds its start, reads it, and ends it by a drain and a commit, or by a fence.
 */
export class RunningShard implements ShardRun, KeptShard {
  readonly lease: ShardLease
  readonly #context: ShardContext
  readonly #lane: ShardLane
  readonly #router: ShardRouter
  readonly #onEnd: () => void
  readonly #startedAt: number
  /** Ends the reading. */
  readonly #stop = new AbortController()
  readonly #opened = deferred()
  readonly #finished = deferred()
  readonly #failed = deferred<never>()
  /** Once the start is known. */
  #intake: ShardIntake | undefined
  #reader: ShardReader | undefined
  #state: ShardStatus['state'] = 'opening'
  #fencing: Promise<void> | undefined
  #cancelRecheck: (() => void) | undefined
  #error: unknown

  /**
   * @param foreseen - the committed position, when somebody has begun to read it.
   * @param onEnd - called once nothing of this shard can be written any more.
   */
  constructor(
    lease: ShardLease,
    foreseen: Promise<StoredPosition | undefined> | undefined,
    context: ShardContext,
    onEnd: () => void,
  ) {
    this.lease = lease
    this.#context = context
    this.#onEnd = onEnd
    this.#startedAt = context.ports.clock.monotonic()
    this.#lane = new ShardLane(lease, context.ports.clock, (error) => {
      this.#fail(error)
      // A target has given a record up that nobody takes: what stands behind it must not be written.
      this.#lane.close()
    })
    this.#router = context.route.open(this.#lane)
    // The fleet fences too; whoever is first.
    lease.signal.addEventListener('abort', this.#onLeaseLost, { once: true })
    void this.#run(foreseen)
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
    return this.#intake?.tracker.position ?? 0
  }

  canCommit(duration: number): boolean {
    return this.#lane.hasTimeFor(duration)
  }

  async drain({ signal }: { readonly signal: AbortSignal }): Promise<number | undefined> {
    this.#assertNotFenced()
    // Its last position would overwrite that of somebody newer.
    if (isRingkeeperError(this.#error, 'RK_STREAMING_TOKEN_NOT_NEWER')) throw this.#error
    this.#state = 'draining'
    this.#stop.abort(streamingErrors.SHARD_DRAINED({ shard: shardKey(this.lease.shard) }))
    const tracker = this.#intake?.tracker
    if (!tracker) {
      this.#end('done')
      return undefined
    }
    if (tracker.length > 0 && !this.#lane.isClosed) {
      await Promise.race([tracker.whenEmpty(), eitherAborted(signal, this.lease.signal)])
      this.#assertNotFenced()
    }
    if (tracker.length > 0) {
      if (signal.aborted && !this.#lane.isClosed) this.#warnOfCut(tracker.position)
      await this.#cutOff()
    }
    this.#assertNotFenced()
    return tracker.position
  }

  async commit(_position: number): Promise<void> {
    this.#assertNotFenced()
    this.#state = 'committing'
    await this.#context.keeper.commitLast(this)
    this.#end('done')
  }

  fence(): Promise<void> {
    this.#fencing ??= this.#fence()
    return this.#fencing
  }

  /** Looks whether there is anything to do: a shard without work is not stalled. */
  noteIdle(now: number): void {
    if (this.#intake && this.#state === 'active' && !this.#hasWork(this.#intake)) this.#intake.lastProgress = now
  }

  get status(): ShardStatus {
    const { lease } = this
    const { ports, keeper, stallTimeout } = this.#context
    const tracker = this.#intake?.tracker
    const position = tracker?.position
    const end = this.#reader?.end
    const sinceProgress = ports.clock.monotonic() - (this.#intake?.lastProgress ?? this.#startedAt)
    return {
      ...lease.shard,
      ...(this.#intake?.counters ?? { records: 0, bytes: 0, malformed: 0 }),
      ...this.#lane.counts,
      state: this.#state,
      token: lease.fence.token.toString(),
      position,
      committed: keeper.committed(this),
      end,
      lag: end === undefined || position === undefined ? undefined : Math.max(0, end - position),
      waiting: this.#router.waiting,
      batchesInFlight: tracker?.length ?? 0,
      bytesInFlight: tracker?.bytes ?? 0,
      sinceProgress,
      isStalled: sinceProgress > stallTimeout && this.#hasWork(this.#intake),
      error: this.#error === undefined ? undefined : { code: codeOf(this.#error), message: messageOf(this.#error) },
    }
  }

  async #run(foreseen: Promise<StoredPosition | undefined> | undefined): Promise<void> {
    const { keeper, ports } = this.#context
    const { signal } = this.#stop
    try {
      const { position, isNew } = await findStart(this.lease, foreseen, this.#context, signal)
      if (position < (this.lease.nextOffset ?? 0)) await rewindNode(this.lease, position, ports, signal)
      if (signal.aborted) return
      const intake = new ShardIntake(position, this.#lane, this.#router, this.#context)
      this.#intake = intake
      keeper.add(this)
      const committed = keeper.commit(this).then(() => this.#recheckLater())
      // Whoever ends this shard has seen to that already.
      committed.catch(() => {})
      // Where an owner has left off, the next one finds it again without this commit.
      const mayStart = (isNew ? committed : Promise.resolve()).then(() => this.#activate())
      mayStart.catch(() => {})
      if (!(await this.#readToEnd(intake, mayStart))) return
      await intake.tracker.whenEmpty()
      await keeper.commit(this)
      this.#finished.resolve()
    } catch (error) {
      if (!signal.aborted) this.#fail(error)
    }
  }

  #activate(): void {
    if (this.#stop.signal.aborted) return
    this.#state = 'active'
    this.#opened.resolve()
  }

  /**
   * Reads until the end of a bounded shard; false when stopped before.
   *
   * @param mayStart - until it resolves the source may fetch, and no record may leave.
   */
  async #readToEnd(intake: ShardIntake, mayStart: Promise<void>): Promise<boolean> {
    const { source, keeper, ports } = this.#context
    const { signal } = this.#stop
    const { tracker } = intake
    const hooks: Parameters<typeof readShard>[3] = {
      mayRead: async () => {
        await mayStart
        await intake.mayRead(signal)
      },
      process: (batch) => intake.process(batch, signal),
      reading: (reader) => (this.#reader = reader),
    }
    for (;;) {
      const end = await readShard(source, this.lease.shard, tracker.end, hooks, signal)
      if (end.type !== 'reset') return end.type === 'end'
      await mayStart
      const fields = { shard: shardKey(this.lease.shard), position: tracker.end, next: end.position }
      ports.logger.warn('the source no longer has the position of a shard, which goes on elsewhere', fields)
      await tracker.whenEmpty()
      if (signal.aborted) return false
      if (end.position < tracker.position) await rewindNode(this.lease, end.position, ports, signal)
      if (signal.aborted) return false
      tracker.moveTo(end.position)
      // Before a record leaves: the next owner would be sent elsewhere, and skip what lies between.
      keeper.recommit(this)
      await keeper.commit(this)
      // A log that is cut faster than it is read would otherwise keep this worker busy with nothing else.
      await sleep(RESET_PAUSE, ports.timers, signal)
    }
  }

  #fail(error: unknown): void {
    if (this.#lane.isClosed || this.#error !== undefined) return
    this.#error = error
    this.#state = 'failed'
    const fields = { shard: shardKey(this.lease.shard), ...errorFields(error) }
    this.#context.ports.logger.error('a shard cannot go on', fields)
    this.#stop.abort(error)
    this.#opened.reject(error)
    this.#failed.reject(error)
  }

  #recheckLater(): void {
    const { ports, sessionTimeout, keeper } = this.#context
    const { signal } = this.#stop
    if (signal.aborted) return
    this.#cancelRecheck = ports.timers.set(sessionTimeout, () => {
      isCommitOverwritten(this, this.#context, signal).then(
        (isOverwritten) => {
          if (isOverwritten) keeper.recommit(this)
        },
        (error: unknown) => {
          if (!signal.aborted) this.#fail(error)
        },
      )
    })
  }

  #hasWork(intake: ShardIntake | undefined): boolean {
    if (this.#state === 'done' || this.#state === 'fenced') return false
    if (this.#state !== 'active' || !intake) return true
    return intake.tracker.length > 0 || (this.#reader?.end ?? 0) > intake.tracker.end
  }

  #warnOfCut(position: number): void {
    this.#context.ports.logger.warn('the drain of a shard was cut off: what is not written, its next owner writes', {
      shard: shardKey(this.lease.shard),
      position,
    })
  }

  /** Ends what is on its way; what a sink still acknowledges counts. */
  async #cutOff(): Promise<void> {
    this.#lane.close()
    this.#router.close()
    await this.#withdraw()
    this.#intake?.tracker.abandon()
  }

  async #fence(): Promise<void> {
    if (this.#state === 'done') return
    const lost = this.#lost()
    this.#stop.abort(lost)
    this.#opened.reject(lost)
    this.#intake?.tracker.abandon()
    this.#end('fenced')
    await this.#withdraw()
  }

  async #withdraw(): Promise<void> {
    const { route, deadLetters } = this.#context
    await Promise.all(
      [...route.targets, ...(deadLetters ? [deadLetters] : [])].map((each) => each.withdraw(this.#lane)),
    )
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

  #assertNotFenced(): void {
    if (this.#fencing) throw this.#lost()
  }

  #lost(): Error {
    const { shard, fence } = this.lease
    return streamingErrors.SHARD_FENCED({ shard: shardKey(shard), token: fence.token.toString() })
  }
}

function codeOf(error: unknown): string {
  return isRingkeeperError(error) ? error.code : 'UNKNOWN'
}
