import type { Logger, Ports } from '@ringkeeper/core'
import type { Timer, TimerQueue } from './internal/timer-queue.ts'
import { seededRandom } from './seeded-random.ts'

/** What a process needs of its clock. */
export interface ProcessHost {
  readonly seed: number
  readonly queue: TimerQueue<FakeProcess>
  readonly logger: Logger
  readonly now: () => number
  readonly wallOffset: () => number
}

/** Milliseconds. A rest that rounding left over must not be set again and again at one moment. */
const shortestDelay = 0.001

/** What a {@link FakeProcess} is doing. */
export type FakeProcessState = 'running' | 'stalled' | 'suspended' | 'killed'

/**
 * One process of a simulated fleet: its timers can be stalled, suspended or killed while time goes on for all others.
 *
 * Only timers can be held back. What a process does in promise continuations must hang on its own timers for that to be
 * true to life; sessions of the in-memory tree that were given these ports do that.
 */
export class FakeProcess {
  readonly name: string
  readonly ports: Ports
  readonly #host: ProcessHost
  #state: FakeProcessState = 'running'
  #overdue: Timer<FakeProcess>[] = []
  #suspendedAt = 0
  /** How far this machine's monotonic clock is behind, by the time that it slept. */
  #slept = 0

  constructor(name: string, host: ProcessHost) {
    this.name = name
    this.#host = host
    this.ports = {
      clock: { monotonic: () => this.#monotonic(), wall: () => host.now() + host.wallOffset() },
      timers: { set: (delay, fire) => this.#set(delay, fire) },
      random: seededRandom(`${host.seed}/${name}`),
      logger: host.logger,
    }
  }

  get state(): FakeProcessState {
    return this.#state
  }

  get isKilled(): boolean {
    return this.#state === 'killed'
  }

  /** Whether timers fire at this moment. */
  get isRunning(): boolean {
    return this.#state === 'running'
  }

  /** The event loop hangs, as in a long computation: no timer fires, while the clocks go on. */
  stall(): void {
    if (this.#state === 'running') this.#state = 'stalled'
  }

  /** The machine sleeps: no timer fires and the monotonic clock stands still, while the wall clock goes on. */
  suspend(): void {
    if (this.#state !== 'running') return
    this.#state = 'suspended'
    this.#suspendedAt = this.#host.now()
  }

  /** Ends a stall or a suspension. All timers that came due fire as soon as time is next let pass. */
  resume(): void {
    if (this.#state === 'running' || this.#state === 'killed') return
    const slept = this.#state === 'suspended' ? this.#host.now() - this.#suspendedAt : 0
    this.#state = 'running'
    for (const timer of this.#overdue) this.#host.queue.put(timer)
    this.#overdue = []
    if (slept === 0) return
    this.#slept += slept
    this.#host.queue.postpone(this, slept)
  }

  /** As by `kill -9`: no timer fires ever again. */
  kill(): void {
    this.#state = 'killed'
    this.#overdue = []
  }

  /**
   * Called by the clock when a timer of this process is due.
   *
   * @internal
   */
  fire(timer: Timer<FakeProcess>): void {
    if (this.#state === 'killed') return
    if (this.#state !== 'running') return void this.#overdue.push(timer)
    const { fire } = timer
    timer.fire = undefined
    fire?.()
  }

  #monotonic(): number {
    return (this.#state === 'suspended' ? this.#suspendedAt : this.#host.now()) - this.#slept
  }

  #set(delay: number, fire: () => void): () => void {
    if (this.#state === 'killed') return () => {}
    // What the network brings to a machine that sleeps is there when it wakes.
    const now = this.#state === 'suspended' ? this.#suspendedAt : this.#host.now()
    const timer = this.#host.queue.add(now + (delay > 0 ? Math.max(delay, shortestDelay) : 0), this, fire)
    return () => {
      timer.fire = undefined
    }
  }
}
