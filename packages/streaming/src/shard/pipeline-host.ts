import {
  errorFields,
  shardKey,
  type Codec,
  type Ports,
  type PositionStore,
  type Shard,
  type Source,
  type StoredPosition,
} from '@ringkeeper/core'
import type { WorkerConfig } from '../config/pipeline-config.ts'
import type { ShardHost, ShardLease, ShardRun } from '../fleet/shard-lease.ts'
import { Route, type RouteOptions } from '../routing/route.ts'
import { DeadLetters } from '../target/dead-letters.ts'
import type { DeadLetterSpec, TargetSpec } from '../target/target-spec.ts'
import type { TargetStatus } from '../target/target-status.ts'
import { ByteBudget } from './byte-budget.ts'
import { hindrances, type Hindrance } from './hindrances.ts'
import { Pace } from './pace.ts'
import { PositionKeeper } from './position-keeper.ts'
import { PositionReader } from './position-reader.ts'
import { RunningShard } from './running-shard.ts'
import type { ShardContext } from './shard-context.ts'
import type { ShardStatus } from './shard-status.ts'

/** The part of a worker's settings that the data path goes by; all times in milliseconds. */
export type HostSettings = Pick<
  WorkerConfig,
  | 'commitInterval'
  | 'mirrorInterval'
  | 'writeTimeout'
  | 'stallTimeout'
  | 'maxBytesInFlight'
  | 'maxBytesInFlightPerShard'
> & {
  /** Of the coordinator's session, in milliseconds. */
  readonly sessionTimeout: number
}

/** What a {@link PipelineHost} is made of. */
export interface PipelineHostOptions {
  readonly ports: Ports
  /** Stays the caller's. */
  readonly source: Source
  /** Absent for values that stay bytes: nothing is done to them then. */
  readonly codec?: Codec | undefined
  /** Where positions are committed. Default: the source's own; without one, the shards' nodes alone. */
  readonly positions?: PositionStore | undefined
  /** Its sinks are disposed of with the host. */
  readonly route: RouteOptions
  /** Its sink is disposed of with the host. Without it a record that cannot be processed fails the run of its shard. */
  readonly deadLetters?: DeadLetterSpec | undefined
  readonly settings: HostSettings
  /**
   * Whether a token of an earlier life can be compared with one of now: false for a coordinator that lives in this
   * process and counts from the beginning each time. Default true.
   */
  readonly areTokensLasting?: boolean
}

/** What a worker's data path does at this moment. */
export interface HostStatus {
  readonly shards: readonly ShardStatus[]
  readonly targets: readonly TargetStatus[]
  readonly deadLetters: TargetStatus | undefined
  /** Bytes of all shards that are read and not acknowledged. */
  readonly bytesInFlight: number
  /** Why the newest commit failed; `undefined` when it did not. */
  readonly commitFailure: unknown
  /** What keeps this worker from reading and committing. */
  readonly hindrances: readonly Hindrance[]
}

/** The most that one write takes. */
const WRITE_LIMITS = { records: 65_536, bytes: 4 * 1024 * 1024 }

/**
 * Processes the records of the shards that a worker owns: reads them, routes them through the ring to the targets, and
 * keeps their positions. The fleet says which shards, by leases.
 */
export class PipelineHost implements ShardHost, AsyncDisposable {
  readonly #context: ShardContext
  readonly #shards = new Set<RunningShard>()
  #cancelWatch: (() => void) | undefined

  /** @throws RK_STREAMING_NO_TARGETS */
  constructor(options: PipelineHostOptions) {
    const { ports, source, codec, settings, areTokensLasting = true } = options
    const { writeTimeout, commitInterval, mirrorInterval, sessionTimeout, stallTimeout } = settings
    const writing = { ports, writeTimeout, limits: WRITE_LIMITS }
    const deadLetters = options.deadLetters && new DeadLetters(options.deadLetters, writing)
    const store = options.positions ?? source.positions
    this.#context = {
      ports,
      source,
      codec,
      areTokensLasting,
      sessionTimeout,
      stallTimeout,
      deadLetters,
      route: new Route(options.route, { ...writing, deadLetters }),
      keeper: new PositionKeeper({
        ports,
        store,
        commitInterval,
        mirrorInterval,
        timeout: writeTimeout,
        latest: sessionTimeout,
      }),
      positions: store && new PositionReader(store, ports, writeTimeout),
      budget: new ByteBudget(settings.maxBytesInFlight),
      pace: new Pace(ports),
      maxBytesInFlightPerShard: settings.maxBytesInFlightPerShard,
    }
    this.#watchForIdle()
  }

  prepare(shard: Shard): void {
    const { source, ports } = this.#context
    const prepare = async (): Promise<void> => source.prepare?.(shard)
    // Opening does without it.
    prepare().catch((error: unknown) =>
      ports.logger.debug('a shard could not be prepared', { shard: shardKey(shard), ...errorFields(error) }),
    )
  }

  foresee(shard: Shard): Promise<StoredPosition | undefined> | undefined {
    return this.#context.positions?.readOnce(shard)
  }

  start(lease: ShardLease, foreseen?: Promise<StoredPosition | undefined>): ShardRun {
    const shard = new RunningShard(lease, foreseen, this.#context, () => this.#shards.delete(shard))
    this.#shards.add(shard)
    return shard
  }

  /**
   * Routes to other targets from now on. Keys that stay are not held up; those that move wait until their old target has
   * acknowledged what it was given, at most `flipDeadline`. Resolves when that is done and the sinks of removed targets
   * are disposed of.
   *
   * @throws RK_STREAMING_NO_TARGETS
   */
  setTargets(targets: readonly TargetSpec[]): Promise<void> {
    return this.#context.route.change(targets)
  }

  get status(): HostStatus {
    const { route, deadLetters, budget, keeper } = this.#context
    return {
      shards: [...this.#shards].map(({ status }) => status),
      targets: route.status,
      deadLetters: deadLetters?.status,
      bytesInFlight: budget.used,
      commitFailure: keeper.failure,
      hindrances: hindrances(this.#context),
    }
  }

  /** Fences all shards, lets the writes under way settle, and disposes of the sinks. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { route, deadLetters, keeper } = this.#context
    this.#cancelWatch?.()
    await Promise.all([...this.#shards].map((shard) => shard.fence()))
    keeper[Symbol.dispose]()
    await Promise.all([route[Symbol.asyncDispose](), deadLetters?.[Symbol.asyncDispose]()])
  }

  #watchForIdle(): void {
    const { ports, stallTimeout } = this.#context
    this.#cancelWatch = ports.timers.set(stallTimeout / 4, () => {
      const now = ports.clock.monotonic()
      for (const shard of this.#shards) shard.noteIdle(now)
      this.#watchForIdle()
    })
  }
}
