import { silentLogger, type Clock, type Logger, type Ports } from '@ringkeeper/core'
import { MicrotaskDrain } from './internal/drain-microtasks.ts'
import { FakeProcess, type ProcessHost } from './fake-process.ts'
import { TimerQueue } from './internal/timer-queue.ts'

/** Options of {@link FakeClock}. */
export interface FakeClockOptions {
  /** Equal seeds give equal random numbers and UUIDs. Default 1. */
  readonly seed?: number
  /** The wall clock at the start, in milliseconds since the epoch. Default 2026-01-01T00:00:00Z. */
  readonly wall?: number
  /** Default: drops everything. */
  readonly logger?: Logger
}

/** Ports on a {@link FakeClock}. */
export interface FakePorts extends Ports {
  readonly clock: FakeClock
}

/**
 * A clock that stands still until told to move, with timers that fire in order and let every promise settle in between.
 * Nothing depends on real time, so a run with the same seed is the same run.
 *
 * Only promises, `queueMicrotask` and timers of this clock are waited for: real I/O is not.
 *
 * @example
 * ```ts
 * const clock = new FakeClock({ seed: 7 })
 * let isDone = false
 * void sleep(1000, clock.ports.timers).then(() => (isDone = true))
 * await clock.advance(999) // not yet
 * await clock.advance(1) // done
 * ```
 */
export class FakeClock implements Clock {
  /** Ports of one process that is never stalled or killed; see {@link process} for more. */
  readonly ports: FakePorts
  readonly #host: ProcessHost
  readonly #queue = new TimerQueue<FakeProcess>()
  readonly #processes = new Map<string, FakeProcess>()
  readonly #drain = new MicrotaskDrain()
  #now = 0
  #wallOffset: number

  constructor(options: FakeClockOptions = {}) {
    this.#wallOffset = options.wall ?? Date.UTC(2026, 0, 1)
    this.#host = {
      seed: options.seed ?? 1,
      queue: this.#queue,
      logger: options.logger ?? silentLogger,
      now: () => this.#now,
      wallOffset: () => this.#wallOffset,
    }
    this.ports = { ...this.process('main').ports, clock: this }
  }

  monotonic = (): number => this.#now

  wall = (): number => this.#now + this.#wallOffset

  /** A process of its own on this clock, made at the first call with its name: it can be stalled, suspended and killed. */
  process(name: string): FakeProcess {
    let process = this.#processes.get(name)
    if (!process) this.#processes.set(name, (process = new FakeProcess(name, this.#host)))
    return process
  }

  /** Lets `ms` milliseconds pass: fires what comes due, in order, and settles all promises after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.#drain.run()
    while (this.#fireNext(end)) await this.#drain.run()
    this.#now = end
  }

  /**
   * Lets time pass until `condition` holds; it is asked again after each timer.
   *
   * @param options - `limit`: the most milliseconds to let pass, default one hour.
   * @throws when the limit is reached, or when no timer is left and the condition can never come true.
   */
  async runUntil(condition: () => boolean, options: { readonly limit?: number } = {}): Promise<void> {
    const limit = options.limit ?? 3_600_000
    const end = this.#now + limit
    await this.#drain.run()
    while (!condition()) {
      if (!this.#fireNext(end)) {
        if (this.#queue.next === undefined) throw new Error('the condition does not hold and no timer is left to fire')
        throw new Error(`the condition does not hold after ${limit} ms; raise the limit option if it needs longer`)
      }
      await this.#drain.run()
    }
  }

  /** Lets time pass until `work` has settled, and gives its outcome. The same limits as in {@link runUntil}. */
  async run<T>(work: Promise<T>, options: { readonly limit?: number } = {}): Promise<T> {
    let isSettled = false
    const settle = (): void => void (isSettled = true)
    work.then(settle, settle)
    await this.runUntil(() => isSettled, options)
    return work
  }

  /** The whole machine sleeps: the wall clock jumps ahead, the monotonic clock and the timers stand still. */
  suspendMachine(ms: number): void {
    this.#wallOffset += ms
  }

  #fireNext(end: number): boolean {
    const timer = this.#queue.next
    if (!timer || timer.at > end) return false
    this.#queue.take()
    if (timer.at > this.#now) this.#now = timer.at
    timer.owner.fire(timer)
    return true
  }
}

/** Ports on a new {@link FakeClock}. */
export function fakePorts(options: FakeClockOptions = {}): FakePorts {
  return new FakeClock(options).ports
}
