import {
  deferred,
  RecordBatch,
  shardKey,
  sleep,
  streamErrors,
  type Chunk,
  type PositionCommit,
  type PositionStore,
  type RecordFailure,
  type Shard,
  type ShardReader,
  type Sink,
  type Source,
  type StoredPosition,
  type Trouble,
  type WriteContext,
} from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import type { OnError } from '../../src/config/pipeline-config.ts'
import type { ShardLease } from '../../src/fleet/shard-lease.ts'
import { PipelineHost, type PipelineHostOptions } from '../../src/shard/pipeline-host.ts'
import type { DeadLetterSpec, TargetSpec } from '../../src/target/target-spec.ts'
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

/** A record as a {@link FakeSink} got it. */
export interface Written {
  readonly shard: string
  readonly offset: number
  readonly key: string
  readonly token: bigint
}

/** What a {@link FakeSink} does with a write instead of taking it. */
export type SinkBehaviour = (
  chunks: readonly Chunk[],
  context: WriteContext,
) => Promise<readonly RecordFailure[] | void> | undefined

/** Remembers what it was given. */
export class FakeSink implements Sink {
  readonly written: Written[] = []
  /** When each write began and how long it was allowed to take. */
  readonly starts: { readonly at: number; readonly timeout: number }[] = []
  readonly #clock: FakeClock
  /** Milliseconds that a write takes. */
  delay = 0
  behave: SinkBehaviour | undefined
  writing = 0
  isDisposed = false

  constructor(clock: FakeClock) {
    this.#clock = clock
  }

  get offsets(): number[] {
    return this.written.map(({ offset }) => offset)
  }

  write = async (chunks: readonly Chunk[], context: WriteContext): Promise<readonly RecordFailure[] | void> => {
    this.writing += 1
    if (this.writing > 1) throw new Error('two writes at once')
    this.starts.push({ at: this.#clock.monotonic(), timeout: context.timeout })
    try {
      if (this.delay > 0) await sleep(this.delay, this.#clock.ports.timers, context.signal)
      const instead = this.behave?.(chunks, context)
      const failures = instead ? await instead : undefined
      this.#take(chunks, failures ?? [])
      return failures
    } finally {
      this.writing -= 1
    }
  };

  [Symbol.asyncDispose] = async (): Promise<void> => {
    this.isDisposed = true
  }

  #take(chunks: readonly Chunk[], failures: readonly RecordFailure[]): void {
    chunks.forEach(({ batch, selection, fence }, chunk) => {
      for (let at = selection.start; at < selection.end; at += 1) {
        const index = selection.indices[at] as number
        if (failures.some((failure) => failure.chunk === chunk && failure.index === index)) continue
        const key = Buffer.from(batch.bytes.subarray(batch.keyStart[index], batch.keyEnd[index])).toString()
        const isKeyed = (batch.keyStart[index] as number) >= 0
        this.written.push({
          shard: shardKey(batch),
          offset: batch.offsets[index] as number,
          key: isKeyed ? key : '',
          token: fence.token,
        })
      }
    })
  }
}

/** Fails the records with these offsets. */
export function failing(
  offsets: readonly number[],
  { isRetryable = true, error = new Error('refused') } = {},
): SinkBehaviour {
  return async (chunks) => {
    const failures: RecordFailure[] = []
    chunks.forEach(({ batch, selection }, chunk) => {
      for (let at = selection.start; at < selection.end; at += 1) {
        const index = selection.indices[at] as number
        if (offsets.includes(batch.offsets[index] as number)) failures.push({ chunk, index, error, isRetryable })
      }
    })
    return failures
  }
}

const blockingPolicy: OnError = { retry: { initial: 100, max: 1000, factor: 2 }, maxAttempts: 3, then: 'block' }

/** A lease that a test extends and ends. */
export class FakeLease implements ShardLease {
  readonly shard: Shard
  readonly fence
  readonly nextOffset: number | undefined
  readonly mirrored: number[] = []
  readonly #clock: FakeClock
  readonly #lost = new AbortController()
  deadline: number

  constructor(
    clock: FakeClock,
    shard: Shard,
    { token = 1n, nextOffset = undefined as number | undefined, worker = 'w1' } = {},
  ) {
    this.#clock = clock
    this.shard = shard
    this.fence = { worker, token }
    this.nextOffset = nextOffset
    this.deadline = clock.monotonic() + 1_000_000_000
  }

  get signal(): AbortSignal {
    return this.#lost.signal
  }

  isHeld = (): boolean => !this.#lost.signal.aborted && this.#clock.monotonic() < this.deadline

  whenHeld = async (): Promise<void> => {}

  mirror = async (nextOffset: number): Promise<void> => {
    if (!this.isHeld()) throw new Error('the lease is not held')
    this.mirrored.push(nextOffset)
  }

  lose(): void {
    this.#lost.abort(new Error('the session expired'))
  }
}

/** What a test may set; the rest is usual. */
export interface WorldOptions {
  readonly source?: FakeSource
  readonly clock?: FakeClock
  readonly onError?: Partial<OnError>
  readonly key?: string
  readonly codec?: PipelineHostOptions['codec']
  readonly targets?: readonly string[]
  readonly withDeadLetters?: boolean
  readonly fenced?: boolean
  /** The sinks may keep batches; here they are given back by default, and spoilt then. */
  readonly retainsBytes?: boolean
  readonly settings?: Partial<PipelineHostOptions['settings']>
  readonly areTokensLasting?: boolean
  readonly flipDeadline?: number
}

export const shard: Shard = { topic: 'orders', partition: 0 }

/** A worker's data path on a fake clock. */
export function makeWorld(options: WorldOptions = {}) {
  const clock = options.clock ?? new FakeClock()
  const source = options.source ?? new FakeSource()
  const capabilities = {
    ordered: true,
    idempotent: false,
    fenced: options.fenced ?? false,
    retainsBytes: options.retainsBytes ?? false,
  }
  const onError: OnError = { ...blockingPolicy, ...options.onError }
  const sinks: Record<string, FakeSink> = {}
  const target = (name: string, weight = 1): TargetSpec => {
    sinks[name] ??= new FakeSink(clock)
    return { name, weight, sink: sinks[name], capabilities, onError }
  }
  const deadSink = new FakeSink(clock)
  const deadLetters: DeadLetterSpec | undefined = options.withDeadLetters
    ? { sink: deadSink, capabilities, onError: blockingPolicy }
    : undefined
  const settings = {
    commitInterval: 1000,
    mirrorInterval: 3000,
    writeTimeout: 500,
    stallTimeout: 10_000,
    maxBytesInFlight: 1_000_000,
    maxBytesInFlightPerShard: 100_000,
    sessionTimeout: 4000,
    ...options.settings,
  }
  const route = {
    key: options.key ?? 'key',
    points: 64,
    flipDeadline: options.flipDeadline ?? 5000,
    targets: (options.targets ?? ['north', 'south']).map((name) => target(name)),
  }
  const { codec, areTokensLasting = true } = options
  const host = new PipelineHost({ ports: clock.ports, source, codec, route, deadLetters, settings, areTokensLasting })
  const sink = (name: string): FakeSink => sinks[name] as FakeSink
  const written = (): Written[] => Object.values(sinks).flatMap((each) => each.written)
  return { clock, source, host, sink, target, deadSink, written, positions: source.positions as FakePositions }
}

/** Records with the keys k0, k1, ... in turn. */
export function keyed(count: number, { keys = 7, from = 0 } = {}): TestRecord[] {
  return Array.from({ length: count }, (_, index) => ({ key: `k${(from + index) % keys}`, value: `v${from + index}` }))
}
