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
import type { Settings } from './settings.ts'
import { times } from './times.ts'

/** What is wrong with the broker, as probabilities; faults change it. */
export interface KafkaTrouble {
  /** That a request is answered with an error, and not done. */
  refuses: number
  /** That a commit is answered with an error, and not done: the group's coordinator is another broker. */
  refusesCommit: number
  /** That a commit is done and its answer never comes. */
  losesReply: number
  /** That a commit arrives late, whoever has given it up meanwhile. */
  delaysCommit: number
}

/** For whoever checks what the workers do. */
export interface KafkaHooks {
  readonly onRead: (shard: Shard, committed: StoredPosition | undefined) => void
  readonly onOpen: (shard: Shard, position: number) => void
  readonly onSend: (commit: PositionCommit) => void
}

/** For whoever checks what the broker has. */
export interface BrokerHooks {
  readonly onAppend: (shard: Shard, records: readonly SimulatedRecord[]) => void
  readonly onCommit: (commit: PositionCommit) => void
}

/** A broker: one log per shard, and the offsets of one group, written by whoever comes last. */
export class FakeKafka {
  readonly shards: Latest<readonly Shard[]>
  readonly committed = new Map<string, StoredPosition>()
  readonly trouble: KafkaTrouble = { refuses: 0, refusesCommit: 0, losesReply: 0, delaysCommit: 0 }
  readonly #logs = new Map<string, SimulatedRecord[]>()
  readonly #ports: Ports
  readonly #dice: Dice
  readonly #settings: Settings
  readonly #hooks: BrokerHooks
  readonly #waiting = new Set<() => void>()

  constructor(ports: Ports, dice: Dice, settings: Settings, hooks: BrokerHooks) {
    this.#ports = ports
    this.#dice = dice
    this.#settings = settings
    this.#hooks = hooks
    this.shards = new Latest<readonly Shard[]>([])
  }

  log(shard: Shard): readonly SimulatedRecord[] {
    return this.#logs.get(shardKey(shard))!
  }

  append(shard: Shard, records: readonly SimulatedRecord[]): void {
    this.#logs.get(shardKey(shard))!.push(...records)
    this.#hooks.onAppend(shard, records)
    for (const wake of this.#waiting) wake()
  }

  addShard(): Shard {
    const shard = { topic: 'orders', partition: this.shards.value.length }
    this.#logs.set(shardKey(shard), [])
    this.shards.set([...this.shards.value, shard])
    return shard
  }

  /** What a worker's process sees of it: everything it hears, it hears in one of its own timers. */
  connect(process: Ports, hooks: KafkaHooks): Source {
    return {
      bounded: false,
      shards: ({ signal }) => this.#lists(process, signal),
      startPosition: (shard) =>
        this.#call(process, () => (this.#settings.startFrom === 'latest' ? this.log(shard).length : 0)),
      open: async (shard, position) => {
        hooks.onOpen(shard, position)
        return this.#reader(process, shard, position)
      },
      ...(this.#settings.keepsOffsets && { positions: this.#positions(process, hooks) }),
      [Symbol.asyncDispose]: async () => {},
    }
  }

  async *#lists(process: Ports, signal: AbortSignal): AsyncGenerator<readonly Shard[]> {
    for await (const _ of this.shards.values({ signal })) {
      yield await this.#persistently(process, () => this.shards.value, signal)
    }
  }

  #positions(process: Ports, hooks: KafkaHooks): PositionStore {
    return {
      read: (shards) =>
        this.#call(process, () =>
          shards.map((shard) => {
            const committed = this.committed.get(shardKey(shard))
            hooks.onRead(shard, committed)
            return committed
          }),
        ),
      commit: (commits, { signal } = {}) => {
        for (const commit of commits) hooks.onSend(commit)
        return this.#commit(process, commits, signal)
      },
    }
  }

  #commit(process: Ports, commits: readonly PositionCommit[], signal: AbortSignal | undefined): Promise<void> {
    const { trouble } = this
    const delay = this.#dice.chance(trouble.delaysCommit) ? this.#dice.between(100, times.latestCommit) : 1
    const losesReply = this.#dice.chance(trouble.losesReply)
    const isReset = this.#dice.chance(0.5)
    return new Promise((resolve, reject) => {
      // Whoever gives up may reset the connection: what is on its way comes all the same.
      if (isReset) signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      this.#ports.timers.set(delay, () => {
        if (this.#dice.chance(Math.max(trouble.refuses, trouble.refusesCommit)))
          return answer(() => reject(new Error('the broker is away')))
        for (const commit of commits) {
          const { shard, position, metadata } = commit
          this.committed.set(shardKey(shard), { position, metadata })
          this.#hooks.onCommit(commit)
        }
        if (!losesReply) answer(resolve)
      })
      const answer = (settle: () => void): void => void process.timers.set(1, settle)
    })
  }

  #reader(process: Ports, shard: Shard, position: number): ShardReader {
    const log = this.log(shard)
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
      const result = await this.#call(process, act).catch(() => undefined)
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

  #call<T>(process: Ports, act: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#ports.timers.set(1, () => {
        if (this.#dice.chance(this.trouble.refuses)) {
          return void process.timers.set(1, () => reject(new Error('the broker is away')))
        }
        const result = act()
        process.timers.set(1, () => resolve(result))
      })
    })
  }
}
