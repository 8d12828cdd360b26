import {
  ensureNode,
  isRingkeeperError,
  parentPath,
  untilConnected,
  watchedView,
  type CallOptions,
  type Coordinator,
  type RingkeeperError,
  type Schema,
} from '@ringkeeper/core'
import { coordinationErrors } from '../errors.ts'
import { parseConfig, validateConfig } from './parse-config.ts'

/** Options of {@link watchedConfig}. */
export interface WatchedConfigOptions<T> {
  /** What a valid configuration is: any Standard Schema. What comes out of it must be valid input again. */
  readonly schema: Schema<T>
  /** What holds while nothing is stored. */
  readonly default?: T
}

/** A configuration at one moment. */
export interface ConfigView<T> {
  readonly value: T
  /** The version of `value` in the tree; -1 for the default. */
  readonly version: number
  /** What is stored now is not valid, and `value` is the last that was. */
  readonly problem?: RingkeeperError
}

interface Stored {
  readonly data: Uint8Array
  readonly version: number
  readonly mzxid: bigint
}

/** A typed configuration in one node, validated whenever it is read or written. Stored as JSON. */
export class WatchedConfig<T> {
  readonly path: string
  readonly #coordinator: Coordinator
  readonly #options: WatchedConfigOptions<T>

  constructor(coordinator: Coordinator, path: string, options: WatchedConfigOptions<T>) {
    this.path = path
    this.#coordinator = coordinator
    this.#options = options
  }

  /** @throws `RK_COORDINATION_INVALID_CONFIG`; `RK_COORDINATION_NO_CONFIG` when nothing is stored and there is no default. */
  async get(options: CallOptions = {}): Promise<ConfigView<T>> {
    return this.#view(await this.#read(options))
  }

  /**
   * The configuration now and after each change, coalesced to the newest. One that is not valid does not end the loop:
   * the last valid one stands and the view says the problem.
   *
   * @throws as {@link get}, when there was no valid one before.
   */
  async *views(options: CallOptions = {}): AsyncGenerator<ConfigView<T>, void, undefined> {
    const views = watchedView(this.#coordinator, this.path, {
      read: () => this.#read(options),
      // A node that was deleted and made again begins with version 0 again.
      isEqual: (a, b) => a?.mzxid === b?.mzxid,
      signal: options.signal,
    })
    let last: ConfigView<T> | undefined
    for await (const stored of views) {
      try {
        last = await this.#view(stored)
        yield last
      } catch (error) {
        if (!last || !isRingkeeperError(error, 'RK_COORDINATION_INVALID_CONFIG')) throw error
        yield { ...last, problem: error }
      }
    }
  }

  /**
   * Replaces the configuration by what `change` makes of it; called again when somebody else was faster.
   *
   * @throws `RK_COORDINATION_INVALID_UPDATE`, and nothing is written; `RK_CORE_CONNECTION_LOSS` when the reply was lost and
   * it cannot be told whether the change was applied before others changed it too.
   */
  async update(change: (current: T) => T | Promise<T>, options: CallOptions = {}): Promise<ConfigView<T>> {
    for (;;) {
      options.signal?.throwIfAborted()
      const current = await this.get(options)
      const { data, value } = await validateConfig(this.#options.schema, this.path, await change(current.value))
      const version = await this.#write(data, current.version, options)
      if (version !== undefined) return { value, version }
    }
  }

  /** The version written; `undefined` when somebody else was faster. */
  async #write(data: Uint8Array, expected: number, options: CallOptions): Promise<number | undefined> {
    try {
      if (expected >= 0)
        return (await this.#coordinator.set(this.path, data, { version: expected, ...options })).version
      await ensureNode(this.#coordinator, parentPath(this.path))
      return (await this.#coordinator.create(this.path, data, options)).stat.version
    } catch (error) {
      const isRace = ['RK_CORE_BAD_VERSION', 'RK_CORE_NODE_EXISTS', 'RK_CORE_NO_NODE'] as const
      if (isRace.some((code) => isRingkeeperError(error, code))) return undefined
      if (!isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) throw error
      return await this.#afterLostReply(error, data, expected, options)
    }
  }

  /** Whether a write whose reply was lost was applied: it left its content at the next version, or did nothing. */
  async #afterLostReply(
    loss: RingkeeperError,
    data: Uint8Array,
    expected: number,
    options: CallOptions,
  ): Promise<number | undefined> {
    await untilConnected(this.#coordinator, `updating ${this.path}`, options.signal)
    const [, stored] = await Promise.all([this.#coordinator.sync(this.path, options), this.#read(options)])
    if ((stored?.version ?? -1) === expected) return undefined
    if (stored?.version === expected + 1 && areSame(stored.data, data)) return stored.version
    throw loss
  }

  async #read(options: CallOptions): Promise<Stored | undefined> {
    try {
      const { data, stat } = await this.#coordinator.get(this.path, options)
      return { data, version: stat.version, mzxid: stat.mzxid }
    } catch (error) {
      if (isRingkeeperError(error, 'RK_CORE_NO_NODE')) return undefined
      throw error
    }
  }

  async #view(stored: Stored | undefined): Promise<ConfigView<T>> {
    const { schema, default: fallback } = this.#options
    if (stored) return { value: await parseConfig(schema, this.path, stored), version: stored.version }
    if (fallback === undefined) throw coordinationErrors.NO_CONFIG({ path: this.path })
    return { value: fallback, version: -1 }
  }
}

function areSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/**
 * A configuration that all processes share and follow.
 *
 * @example
 * ```ts
 * const limits = watchedConfig(session, '/app/limits', { schema: z.object({ rate: z.number() }), default: { rate: 10 } })
 * for await (const { value } of limits.views({ signal })) limiter.setRate(value.rate)
 * ```
 */
export function watchedConfig<T>(
  coordinator: Coordinator,
  path: string,
  options: WatchedConfigOptions<T>,
): WatchedConfig<T> {
  return new WatchedConfig(coordinator, path, options)
}
