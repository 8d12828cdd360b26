import {
  Latest,
  shardKey,
  sleep,
  type Ports,
  type PositionCommit,
  type PositionStore,
  type Shard,
  type ShardReader,
  type Source,
  type StoredPosition,
} from '@ringkeeper/core'
import type { Dice } from './dice.ts'
import { batchOf, type SimulatedRecord } from './records.ts'

/** How long requests are on their way, in milliseconds; faults change it. */
export interface KafkaTrouble {
  /** No request is answered but with an error. */
  isAway: boolean
  /** Commits take this long to arrive, whoever has given them up meanwhile. */
  commitDelay: () => number
}

/** A broker: one log per shard, and the offsets of one group, written by whoever comes last. */
export class FakeKafka {
  readonly shards: Latest<readonly Shard[]>
  readonly logs = new Map<string, SimulatedRecord[]>()
  readonly committed = new Map<string, StoredPosition>()
  readonly trouble: KafkaTrouble = { isAway: false, commitDelay: () => 2 }
  readonly #ports: Ports
  readonly #dice: Dice
  readonly #keepsOffsets: boolean
  readonly #waiting = new Set<() => void>()

  /** @param keepsOffsets - false for a source that leaves the positions to the shards' nodes. */
  constructor(ports: Ports, dice: Dice, shards: readonly Shard[], keepsOffsets: boolean) {
    this.#ports = ports
    this.#dice = dice
    this.#keepsOffsets = keepsOffsets
    this.shards = new Latest(shards)
    for (const shard of shards) this.logs.set(shardKey(shard), [])
  }

  append(shard: Shard, records: readonly SimulatedRecord[]): void {
    this.logs.get(shardKey(shard))!.push(...records)
    for (const wake of this.#waiting) wake()
  }

  addShard(shard: Shard): void {
    this.logs.set(shardKey(shard), [])
    this.shards.set([...this.shards.value, shard])
  }

  /** What a worker's process sees of it: everything it hears, it hears in one of its own timers. */
  connect(process: Ports, hooks: KafkaHooks): Source {
    return {
      bounded: false,
      shards: (options) => this.#lists(process, options.signal),
      startPosition: () => this.#call(process, 2, () => 0),
      open: async (shard, position) => {
        hooks.onOpen(shard, position)
        return this.#reader(process, shard, position)
      },
      ...(this.#keepsOffsets ? { positions: this.#positions(process, hooks) } : {}),
      [Symbol.asyncDispose]: async () => {},
    }
  }

  async *#lists(process: Ports, signal: AbortSignal): AsyncGenerator<readonly Shard[]> {
    for await (const shards of this.shards.values({ signal }))
      yield await this.#persistently(process, () => shards, signal)
  }

  #positions(process: Ports, hooks: KafkaHooks): PositionStore {
    return {
      read: (shards) => this.#call(process, 2, () => shards.map((shard) => this.committed.get(shardKey(shard)))),
      commit: (positions) => {
        hooks.onCommit(positions)
        return this.#call(process, this.trouble.commitDelay(), () => {
          for (const { shard, position, metadata } of positions) {
            this.committed.set(shardKey(shard), { position, metadata })
          }
        })
      },
    }
  }

  #reader(process: Ports, shard: Shard, position: number): ShardReader {
    const log = this.logs.get(shardKey(shard))!
    let next = position
    return {
      get end() {
        return log.length
      },
      read: async ({ signal }) => {
        if (next >= log.length) await this.#untilMore(() => next < log.length, signal)
        const take = (): readonly SimulatedRecord[] => log.slice(next, next + this.#dice.between(1, 30))
        const records = await this.#persistently(process, take, signal)
        const batch = batchOf(shard, records, next)
        next += records.length
        return batch
      },
      [Symbol.asyncDispose]: async () => {},
    }
  }

  /** A reader does not report that its broker is away. */
  async #persistently<T>(process: Ports, act: () => T, signal: AbortSignal): Promise<T> {
    for (;;) {
      const result = await this.#call(process, 1, act).catch(() => undefined)
      signal.throwIfAborted()
      if (result !== undefined) return result
      await sleep(100, process.timers, signal)
    }
  }

  #untilMore(test: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', stop)
        settle()
      }
      const wake = (): void => {
        if (test()) end(resolve)
      }
      const stop = (): void => end(() => reject(signal.reason as Error))
      this.#waiting.add(wake)
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
    })
  }

  #call<T>(process: Ports, delay: number, act: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#ports.timers.set(delay, () => {
        if (this.trouble.isAway) return void process.timers.set(1, () => reject(new Error('the broker is away')))
        const result = act()
        process.timers.set(1, () => resolve(result))
      })
    })
  }
}

/** For whoever checks what the workers do. */
export interface KafkaHooks {
  readonly onOpen: (shard: Shard, position: number) => void
  readonly onCommit: (positions: readonly PositionCommit[]) => void
}
