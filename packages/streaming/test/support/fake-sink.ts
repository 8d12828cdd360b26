import { shardKey, sleep, type Chunk, type RecordFailure, type Sink, type WriteContext } from '@ringkeeper/core'
import type { FakeClock } from '@ringkeeper/testing'

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
