import {
  errorFields,
  shardKey,
  sleep,
  type Ports,
  type PositionStore,
  type Shard,
  type StoredPosition,
} from '@ringkeeper/core'
import { timedCall } from './timed-call.ts'

/** Milliseconds between two attempts. */
const RETRY_PAUSE = 200

/** Reads committed positions. Shards that ask at one moment share one request. */
export class PositionReader {
  readonly #store: PositionStore
  readonly #ports: Ports
  readonly #timeout: number
  #pending: { readonly shards: Shard[]; readonly result: Promise<readonly (StoredPosition | undefined)[]> } | undefined

  /** @param timeout - the longest that one request may take, in milliseconds. */
  constructor(store: PositionStore, ports: Ports, timeout: number) {
    this.#store = store
    this.#ports = ports
    this.#timeout = timeout
  }

  /** What is committed for a shard. Tries until it knows or the signal aborts: trouble is never "no position". */
  async read(shard: Shard, signal: AbortSignal): Promise<StoredPosition | undefined> {
    for (;;) {
      try {
        return await this.readOnce(shard)
      } catch (error) {
        this.#ports.logger.warn('positions could not be read', { shard: shardKey(shard), ...errorFields(error) })
      }
      await sleep(RETRY_PAUSE, this.#ports.timers, signal)
    }
  }

  /** One attempt, which rejects when there is trouble. */
  async readOnce(shard: Shard): Promise<StoredPosition | undefined> {
    this.#pending ??= this.#begin()
    const { shards, result } = this.#pending
    const place = shards.push(shard) - 1
    return (await result)[place]
  }

  #begin(): { readonly shards: Shard[]; readonly result: Promise<readonly (StoredPosition | undefined)[]> } {
    const shards: Shard[] = []
    const result = Promise.resolve().then(() => {
      this.#pending = undefined
      return timedCall((signal) => this.#store.read(shards, { signal }), this.#timeout, this.#ports.timers)
    })
    return { shards, result }
  }
}
