import { isRingkeeperError, Latest, errorFields, shardKey, sleep, type Ports, type Shard } from '@ringkeeper/core'
import type { ClaimOutcome, ShardAcquirer } from './acquire-shards.ts'
import { aborted, Deadline } from './deadline.ts'
import type { FleetPaths } from './fleet-paths.ts'
import { guardOwner } from './guard-owner.ts'
import type { HeldLease, LeaseGround } from './held-lease.ts'
import { releaseShard, type ReleaseOptions } from './release-shard.ts'
import { RunLife, type RunEnd } from './run-life.ts'
import { isSessionEnded, isSessionOver } from './session-calls.ts'
import type { ShardHost, ShardRun, ShardState } from './shard-lease.ts'

/** A time in which this worker may acquire: its member node exists and its session is proved alive. */
export interface Tenure extends LeaseGround {
  readonly acquirer: ShardAcquirer
}

/** What a shard's task needs of its fleet. */
export interface ShardTaskContext {
  readonly paths: FleetPaths
  readonly host: ShardHost
  readonly ports: Ports
  /** Milliseconds for draining, and again for committing. */
  readonly drainTimeout: number
  /** Aborts when drains should be cut short. */
  readonly hurry: AbortSignal
  readonly onState: (shard: Shard, state: ShardState) => void
}

/** What the task should do. */
export interface ShardWish {
  readonly isWanted: boolean
  /** `undefined` while nothing may be acquired. */
  readonly tenure: Tenure | undefined
}

const settledStates: ReadonlySet<ShardState> = new Set(['idle', 'waiting', 'acquiring', 'releasing'])

/**
 * Carries one shard through its states on this worker, see {@link ShardState}. It does one thing after the other, so that a
 * shard is never opened while the writes of its last run are not settled, and never has two leases.
 */
export class ShardTask {
  readonly shard: Shard
  readonly #context: ShardTaskContext
  readonly #wish: Latest<ShardWish>
  #state: ShardState = 'idle'
  #lease: HeldLease | undefined
  /** A lost lease whose owner node may still be there, because its session lives on. */
  #leftover: HeldLease | undefined
  /** Of the newest attempt to acquire. */
  #foreseen: ReturnType<ShardHost['foresee']>

  constructor(shard: Shard, context: ShardTaskContext, wish: ShardWish) {
    this.shard = shard
    this.#context = context
    this.#wish = new Latest(wish)
  }

  get state(): ShardState {
    return this.#state
  }

  /** Whether none of its writes can still be applied: what is left is between this worker and the coordinator. */
  get isSettled(): boolean {
    return settledStates.has(this.#state)
  }

  /** The lease, while there is one. */
  get lease(): HeldLease | undefined {
    return this.#lease
  }

  /** Says what is wanted from now on. */
  set(wish: ShardWish): void {
    const { isWanted, tenure } = this.#wish.value
    if (isWanted !== wish.isWanted || tenure !== wish.tenure) this.#wish.set(wish)
  }

  /**
   * Works until the shard is not wanted any more and nothing of it is left here.
   *
   * @throws what the run failed of; the shard is given back then.
   */
  async run(): Promise<void> {
    try {
      while (!(await this.#step()));
    } finally {
      this.#enter('idle')
    }
  }

  /** Gives true when there is nothing more to do. */
  async #step(): Promise<boolean> {
    const { isWanted, tenure } = this.#wish.value
    if (this.#leftover && isSessionEnded(this.#leftover.session)) this.#leftover = undefined
    if (!isWanted) {
      if (this.#leftover === undefined) return true
      await this.#release(this.#leftover)
      this.#leftover = undefined
    } else if (tenure === undefined || tenure.hold.signal.aborted) {
      this.#enter('idle')
      await this.#wish.until((wish) => wish.tenure !== tenure || !wish.isWanted)
    } else {
      const lease = await this.#acquire(tenure)
      if (lease) await this.#own(lease)
    }
    return false
  }

  async #acquire(tenure: Tenure): Promise<HeldLease | undefined> {
    this.#enter('waiting')
    this.#context.host.prepare(this.shard)
    try {
      const outcome = await tenure.acquirer.acquire(this.shard, () => this.#foresee())
      this.#leftover = undefined
      if (outcome.kind === 'leased') return outcome.lease
      this.#enter('waiting')
      await this.#wait(outcome, tenure)
    } catch (error) {
      if (!isRingkeeperError(error, 'RK_CORE_HOLD_LOST') && !isSessionOver(error)) throw error
    }
    return undefined
  }

  #foresee(): void {
    this.#enter('acquiring')
    this.#foreseen = this.#context.host.foresee(this.shard)
    this.#foreseen?.catch(() => {})
  }

  /** Waits until there is a reason to try again. */
  async #wait(outcome: Exclude<ClaimOutcome, { kind: 'leased' }>, tenure: Tenure): Promise<void> {
    const stop = new AbortController()
    const hopeless = this.#wish.until((wish) => !wish.isWanted || wish.tenure !== tenure, { signal: stop.signal })
    await Promise.race(outcome.kind === 'busy' ? [hopeless, outcome.changed] : [hopeless])
    stop.abort()
  }

  async #own(lease: HeldLease): Promise<void> {
    if (lease.signal.aborted) {
      this.#leftover = lease
      return
    }
    this.#lease = lease
    try {
      if (!this.#wish.value.isWanted) return await this.#release(lease)
      guardOwner(lease, this.#context.paths.owner(this.shard))
      await this.#process(lease)
    } finally {
      this.#lease = undefined
    }
  }

  async #process(lease: HeldLease): Promise<void> {
    this.#enter('opening')
    const run = this.#context.host.start(lease, this.#foreseen)
    const life = new RunLife(run, lease)
    void life.opened.then(() => {
      if (this.#lease === lease && this.#state === 'opening') this.#enter('active')
    })
    const stop = new AbortController()
    const end = await life.first(
      run.finished.then(() => ({ kind: 'finished' as const })),
      this.#wish
        .until(({ isWanted }) => !isWanted, { signal: stop.signal })
        .then(() => ({ kind: 'unwanted' as const })),
    )
    stop.abort()
    if (end.kind === 'lost') return await this.#breakOff(lease, run, end)
    await this.#handOver(lease, run, life, end.kind === 'finished')
    if (end.kind === 'failed') throw end.error
  }

  /** Also of a run that has failed: the next one begins at what this one cannot take, not at the last commit before it. */
  async #handOver(lease: HeldLease, run: ShardRun, life: RunLife, isDone: boolean): Promise<void> {
    this.#enter('draining')
    using time = this.#deadline()
    const drained = await life.last(
      run.drain({ signal: time.signal }).then((position) => ({ kind: 'drained' as const, position })),
    )
    if (drained.kind !== 'drained') return await this.#breakOff(lease, run, drained)
    const { position } = drained
    if (position === undefined) {
      await this.#release(lease)
    } else {
      this.#enter('committing')
      const committed = await life.last(this.#commit(run, position))
      if (committed.kind === 'lost') return await this.#breakOff(lease, run, committed)
      // The shard's node gets the position in any case; a commit that is still under way must not outlive the lease.
      if (committed.kind !== 'committed') await run.fence()
      await this.#release(lease, { position, isDone })
    }
    if (life.failure) throw life.failure.error
  }

  async #commit(run: ShardRun, position: number): Promise<{ readonly kind: 'committed' | 'late' }> {
    const { ports } = this.#context
    using time = this.#deadline()
    const late = aborted(time.signal).then(() => ({ kind: 'late' as const }))
    for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
      const attempt = run.commit(position).then(
        () => ({ kind: 'committed' as const }),
        (error: unknown) => ({ kind: 'failed' as const, error }),
      )
      const outcome = await Promise.race([attempt, late])
      if (outcome.kind !== 'failed') return outcome
      const fields = { shard: shardKey(this.shard), position, ...errorFields(outcome.error) }
      ports.logger.warn('the commit of a shard that is handed over failed', fields)
      await sleep(pause, ports.timers, time.signal).catch(() => {})
      if (time.signal.aborted) return { kind: 'late' }
    }
  }

  /** Ends a run without a drain: its lease is lost, or its position must not be committed. */
  async #breakOff(lease: HeldLease, run: ShardRun, end: RunEnd): Promise<void> {
    this.#enter('fenced')
    // Nothing may start any more; the owner node stays until all that had started is settled.
    lease.end()
    await run.fence()
    if (end.kind === 'lost') this.#leftover = lease
    else await this.#release(lease)
    if (end.kind === 'failed') throw end.error
  }

  async #release(lease: HeldLease, options?: ReleaseOptions): Promise<void> {
    this.#enter('releasing')
    await releaseShard(lease, this.#context.paths, options)
  }

  #deadline(): Deadline {
    return new Deadline(this.#context.drainTimeout, this.#context.ports.timers, this.#context.hurry)
  }

  #enter(state: ShardState): void {
    if (this.#state === state) return
    this.#state = state
    this.#context.onState(this.shard, state)
  }
}
