import { shardKey, type Chunk, type Ports, type RecordFailure, type Sink, type WriteContext } from '@ringkeeper/core'
import type { Dice } from './dice.ts'
import type { Ledger } from './ledger.ts'
import type { SimulatedRecord } from './records.ts'

/** What is wrong with the other side of all sinks; faults change it. */
export interface SinkTrouble {
  /** Refuses everything. */
  isDying: boolean
  /** Takes nearly as long as a write may take. */
  isSlow: boolean
  /** Probability that a write is never answered. */
  hangs: number
  /** Probability that a write is applied and its answer is lost. */
  losesAnswer: number
  /** Probability that a record is refused. */
  refuses: number
}

/** What a sink needs of its simulation. */
export interface SinkWorld {
  /** Of the other side, which goes on when the worker's process does not. */
  readonly ports: Ports
  readonly dice: Dice
  readonly ledger: Ledger
  readonly logs: ReadonlyMap<string, readonly SimulatedRecord[]>
  readonly trouble: SinkTrouble
}

/**
 * A sink whose other side applies a write some time after it was sent, unless the socket was reset before. What a stalled or
 * killed process has sent is applied all the same.
 */
export class FakeSink implements Sink {
  readonly #world: SinkWorld
  readonly #process: Ports
  readonly #target: string
  #isWriting = false

  constructor(world: SinkWorld, process: Ports, target: string) {
    this.#world = world
    this.#process = process
    this.#target = target
  }

  write = async (chunks: readonly Chunk[], context: WriteContext): Promise<readonly RecordFailure[]> => {
    if (this.#isWriting) this.#world.ledger.break('order', `two writes at one time to ${this.#target}`)
    this.#isWriting = true
    try {
      return await this.#send(chunks, context)
    } finally {
      this.#isWriting = false
    }
  };

  [Symbol.asyncDispose] = async (): Promise<void> => {}

  #send(chunks: readonly Chunk[], { signal, timeout }: WriteContext): Promise<readonly RecordFailure[]> {
    const { ports, dice, trouble } = this.#world
    const hangs = dice.chance(trouble.hangs)
    const losesAnswer = dice.chance(trouble.losesAnswer)
    const delay = trouble.isSlow ? dice.between(timeout >> 1, timeout) : dice.between(1, 15)
    return new Promise((resolve, reject) => {
      const reset = (): void => {
        cancel()
        reject(signal.reason as Error)
      }
      const cancel = ports.timers.set(delay, () => {
        if (hangs) return
        const outcome = trouble.isDying ? undefined : this.#take(chunks)
        this.#process.timers.set(1, () => {
          if (losesAnswer && outcome) return
          signal.removeEventListener('abort', reset)
          if (outcome) resolve(outcome)
          else reject(new Error('refused'))
        })
      })
      signal.addEventListener('abort', reset, { once: true })
      if (signal.aborted) reset()
    })
  }

  /** As an ordered sink: after a failure nothing more of its key and shard is taken. */
  #take(chunks: readonly Chunk[]): readonly RecordFailure[] {
    const { dice, ledger, logs, trouble } = this.#world
    const failures: RecordFailure[] = []
    const held = new Set<string>()
    for (const [chunk, { batch, selection, fence }] of chunks.entries()) {
      const shard = shardKey(batch)
      for (let at = selection.start; at < selection.end; at += 1) {
        const index = selection.indices[at]!
        const offset = batch.offsets[index]!
        const { key, isPoison } = logs.get(shard)![offset]!
        const isRefused = isPoison && this.#target !== 'dead'
        const isHeldBack = key !== '' && held.has(`${shard} ${key}`)
        if (isHeldBack || isRefused || dice.chance(trouble.refuses)) {
          held.add(`${shard} ${key}`)
          failures.push({
            chunk,
            index,
            error: new Error('refused'),
            isRetryable: isHeldBack || !isRefused,
            isHeldBack,
          })
        } else ledger.arrived({ shard, offset, target: this.#target, token: fence.token })
      }
    }
    return failures
  }
}
