import { deferred, shardKey, type Clock, type Deferred, type Shard } from '@ringkeeper/core'
import type { ShardHost, ShardLease, ShardRun } from '../../src/fleet/shard-lease.ts'

/** Something that a run did, for tests of who did what when. */
export interface HostEvent {
  readonly what: 'start' | 'write' | 'commit' | 'drain' | 'fence'
  readonly shard: string
  readonly worker: string
  readonly token: bigint
  readonly at: number
  readonly position: number
}

/** How the runs of a {@link FakeShardHost} behave. */
export interface FakeHostOptions {
  readonly clock: Clock
  /** Shared by the hosts of several workers. */
  readonly events?: HostEvent[]
  /** Whether a run opens by itself; default true. */
  readonly opens?: boolean
  /** Called at each commit; a rejection makes it fail. */
  readonly onCommit?: (run: FakeShardRun, position: number) => Promise<void>
}

/** Processes nothing, says everything: runs are driven by the test. */
export class FakeShardHost implements ShardHost {
  /** All runs there ever were, the newest last. */
  readonly runs: FakeShardRun[] = []
  readonly events: HostEvent[]
  readonly #options: FakeHostOptions

  constructor(options: FakeHostOptions) {
    this.#options = options
    this.events = options.events ?? []
  }

  /** What {@link prepare} was called with. */
  readonly prepared: string[] = []

  prepare = (shard: Shard): void => void this.prepared.push(shardKey(shard))

  foresee = (): undefined => undefined

  start = (lease: ShardLease): FakeShardRun => {
    const run = new FakeShardRun(lease, this.#options, this.events)
    this.runs.push(run)
    return run
  }

  /** The newest run of a shard. */
  run(shard: string): FakeShardRun | undefined {
    return this.runs.findLast((run) => shardKey(run.lease.shard) === shard)
  }

  /** Runs that were neither drained nor fenced. */
  get active(): readonly FakeShardRun[] {
    return this.runs.filter(({ isOver }) => !isOver)
  }
}

/** One run of a {@link FakeShardHost}. */
export class FakeShardRun implements ShardRun {
  readonly lease: ShardLease
  readonly #options: FakeHostOptions
  readonly #events: HostEvent[]
  readonly #opened = deferred()
  readonly #finished = deferred()
  readonly #failed: Deferred<never> = deferred<never>()
  readonly opened: Promise<void> = this.#opened.promise
  readonly finished: Promise<void> = this.#finished.promise
  readonly failed: Promise<never> = this.#failed.promise
  position: number
  isOver = false
  /** Settled by the test: until then `drain` and `fence` do not resolve, as with a write that has no answer yet. */
  writeInFlight: Deferred<void> | undefined
  drainSignal: AbortSignal | undefined

  constructor(lease: ShardLease, options: FakeHostOptions, events: HostEvent[]) {
    this.lease = lease
    this.#options = options
    this.#events = events
    this.position = lease.nextOffset ?? 0
    this.#log('start')
    if (options.opens ?? true) this.#opened.resolve()
  }

  open(): void {
    this.#opened.resolve()
  }

  /** Writes `count` records if the lease allows it; says whether it did. */
  write(count = 1): boolean {
    if (this.isOver || !this.lease.isHeld()) return false
    this.#log('write')
    this.position += count
    return true
  }

  finish(): void {
    this.#finished.resolve()
  }

  fail(error: unknown): void {
    this.#failed.reject(error)
  }

  drain = async ({ signal }: { readonly signal: AbortSignal }): Promise<number> => {
    this.isOver = true
    this.drainSignal = signal
    await this.writeInFlight?.promise
    this.#log('drain')
    return this.position
  }

  commit = async (position: number): Promise<void> => {
    await this.#options.onCommit?.(this, position)
    this.#log('commit')
  }

  fence = async (): Promise<void> => {
    this.isOver = true
    await this.writeInFlight?.promise
    this.#log('fence')
  }

  #log(what: HostEvent['what']): void {
    const { shard, fence } = this.lease
    const at = this.#options.clock.monotonic()
    this.#events.push({ what, shard: shardKey(shard), ...fence, at, position: this.position })
  }
}
