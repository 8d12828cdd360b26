import {
  coordinatorErrors,
  systemPorts,
  waitFor,
  type ConnectOptions,
  type CoordinatorBackend,
  type Ports,
} from '@ringkeeper/core'
import { Ensemble } from './ensemble.ts'
import { MemorySession } from './session.ts'

/** Options of {@link memory}. */
export interface MemoryOptions {
  /** The servers' clock, timers and randomness. Default: the real ones. */
  readonly ports?: Ports
  /** Milliseconds; sessions expire at multiples of it, and last two of it at least. Default 200. */
  readonly tickTime?: number
  /** Milliseconds between two looks for empty containers and outdated `ttl` nodes. Default 60 000, as in ZooKeeper. */
  readonly containerCheck?: number
}

/** Options of {@link MemoryTree.connect}. */
export interface MemoryConnectOptions extends ConnectOptions {
  /**
   * The clock and timers of the client's process, for simulations: everything that the session hears arrives in one of
   * these timers, so a process whose timers are held back hears nothing. Default: those of the tree, where replies take
   * no timer.
   */
  readonly ports?: Ports
}

/** A tree of nodes in this process, with ZooKeeper's semantics and any number of sessions. Nothing is stored. */
export class MemoryTree implements CoordinatorBackend {
  readonly name = 'memory'
  readonly #ports: Ports
  readonly #ensemble: Ensemble
  readonly #sessions = new Set<MemorySession>()

  constructor(options: MemoryOptions = {}) {
    this.#ports = options.ports ?? systemPorts()
    this.#ensemble = new Ensemble(this.#ports, options.tickTime ?? 200, options.containerCheck ?? 60_000)
  }

  /** The sessions whose clients have not heard of an end, in the order of their making. */
  get sessions(): readonly MemorySession[] {
    return [...this.#sessions]
  }

  /** Milliseconds; sessions expire at multiples of it. */
  get tickTime(): number {
    return this.#ensemble.tracker.tickTime
  }

  async connect(options: MemoryConnectOptions = {}): Promise<MemorySession> {
    const session = new MemorySession(this.#ensemble, {
      ports: options.ports ?? this.#ports,
      hasOwnPorts: options.ports !== undefined,
      sessionTimeout: options.sessionTimeout ?? 4000,
      ended: () => this.#sessions.delete(session),
    })
    this.#sessions.add(session)
    const onTimeout = (): Error =>
      coordinatorErrors.CONNECT_TIMEOUT({ servers: 'memory()', timeout: options.timeout ?? 0 })
    try {
      await waitFor(session.opened, options, (options.ports ?? this.#ports).timers, onTimeout)
      return session
    } catch (error) {
      await session.close()
      throw error
    }
  }

  /** All servers stop: every session is suspended. Nodes and sessions stay. */
  stop(): void {
    this.#ensemble.stop()
  }

  /** The servers run again; every session has its whole timeout again, as after the election of a new leader. */
  start(): void {
    this.#ensemble.start()
  }
}

/**
 * A coordinator inside this process: the default of examples and tests, and all that a single process needs.
 *
 * @example
 * ```ts
 * const tree = memory()
 * await using session = await tree.connect()
 * await session.create('/greeting', new TextEncoder().encode('hello'))
 * ```
 */
export function memory(options: MemoryOptions = {}): MemoryTree {
  return new MemoryTree(options)
}
