import {
  isRingkeeperError,
  systemPorts,
  type CallOptions,
  type Coordinator,
  type Ports,
  type WaitOptions,
} from '@ringkeeper/core'
import { locksErrors } from '../errors.ts'
import { HeldPlace } from '../queue/held-place.ts'
import { nameOf, QueuePlace } from '../queue/queue-place.ts'
import { observeLeader, readLeader, type Leader } from './leaders.ts'
import type { Term } from './term.ts'

/** Options of {@link election}. */
export interface ElectionOptions {
  /** The participant's id, which others see; need not be unique. */
  readonly id: string
  /** Default: the real clock, timers and randomness. */
  readonly ports?: Ports
}

/**
 * One participant of a leader election. The participants stand in a queue; the first of it leads. The layout is that
 * of Curator's LeaderLatch, so both can take part in one election.
 */
export class Election {
  readonly id: string
  readonly path: string
  readonly #coordinator: Coordinator
  readonly #ports: Ports
  /** Nodes of lost terms and places, deleted in the background. */
  readonly #abandoned = new Set<string>()

  constructor(coordinator: Coordinator, path: string, options: ElectionOptions) {
    this.id = options.id
    this.path = path
    this.#coordinator = coordinator
    this.#ports = options.ports ?? systemPorts()
    // Heartbeats begin now and go on: a session that rested would have to prove itself for half its timeout before it leads.
    coordinator.hold('/')[Symbol.dispose]()
  }

  /**
   * Takes part and waits until this participant leads. Prefer {@link terms}, which takes part again after a loss.
   *
   * @throws `RK_LOCKS_TIMEOUT`; `RK_CORE_HOLD_LOST` when the place in the queue was lost; `RK_CORE_SESSION_EXPIRED`.
   */
  async campaign(options: WaitOptions = {}): Promise<Term> {
    const { timeout } = options
    if (timeout === undefined) return this.#campaign(options.signal)
    const controller = new AbortController()
    const cancel = this.#ports.timers.set(timeout, () =>
      controller.abort(locksErrors.TIMEOUT({ path: this.path, timeout })),
    )
    try {
      const { signal } = controller
      return await this.#campaign(options.signal ? AbortSignal.any([options.signal, signal]) : signal)
    } finally {
      cancel()
    }
  }

  /**
   * Takes part for as long as the loop runs: each turn is a term. Going on with the loop, or leaving it, resigns. When
   * the signal aborts the term ends and so does the loop.
   *
   * @throws `RK_CORE_SESSION_EXPIRED`, `RK_CORE_CLOSED`: a new session needs a new election.
   *
   * @example
   * ```ts
   * for await (const term of election(session, '/leader', { id: 'worker-1' }).terms({ signal })) {
   *   await lead(term) // until term.signal aborts
   * }
   * ```
   */
  async *terms(options: CallOptions = {}): AsyncGenerator<Term, void, undefined> {
    const { signal } = options
    while (!signal?.aborted) {
      const term = await this.#nextTerm(signal)
      if (!term) return
      const resign = (): void => void term.resign()
      signal?.addEventListener('abort', resign, { once: true })
      try {
        yield term
      } finally {
        signal?.removeEventListener('abort', resign)
        await term.resign()
      }
    }
  }

  /** Who leads, by the server that the session is connected to; `undefined` when nobody takes part. */
  leader(options: CallOptions = {}): Promise<Leader | undefined> {
    return readLeader(this.#coordinator, this.path, options)
  }

  /** The leader now and at each change, coalesced; ends when the signal aborts or the session is closed. */
  observe(options: CallOptions = {}): AsyncGenerator<Leader | undefined, void, undefined> {
    return observeLeader(this.#coordinator, this.path, options)
  }

  /** The next term; `undefined` when the signal has aborted. A place that is lost in the queue is taken again. */
  async #nextTerm(signal: AbortSignal | undefined): Promise<Term | undefined> {
    for (;;) {
      try {
        return await this.#campaign(signal)
      } catch (error) {
        if (signal?.aborted) return undefined
        if (!isRingkeeperError(error, 'RK_CORE_HOLD_LOST')) throw error
      }
    }
  }

  async #campaign(signal: AbortSignal | undefined): Promise<Term> {
    const place = await QueuePlace.take(
      {
        coordinator: this.#coordinator,
        ports: this.#ports,
        path: this.path,
        name: 'latch',
        data: new TextEncoder().encode(this.id),
        abandoned: this.#abandoned,
      },
      signal,
    )
    place.hold.signal.addEventListener('abort', () => this.#abandoned.add(nameOf(place.node)), { once: true })
    try {
      await place.turn(signal)
      return this.#term(new HeldPlace(this.#coordinator, place))
    } catch (error) {
      const leaving = place.leave()
      // Whoever gives up does not wait for a server that may be silent.
      if (!signal?.aborted) await leaving
      throw error
    }
  }

  #term(held: HeldPlace): Term {
    return {
      id: this.id,
      node: held.node,
      token: held.token,
      signal: held.signal,
      get state() {
        return held.state
      },
      get deadline() {
        return held.deadline
      },
      assertHeld: () => held.assertHeld(),
      guarded: (operations, options) => held.guarded(operations, options),
      resign: () => held.release(),
      [Symbol.asyncDispose]: () => held.release(),
    }
  }
}

/**
 * Takes part in a leader election.
 *
 * @param path - the node of the election; made when missing.
 */
export function election(coordinator: Coordinator, path: string, options: ElectionOptions): Election {
  return new Election(coordinator, path, options)
}
