import type { Ports, Timers } from '@ringkeeper/core'
import type { Turns } from './channel.ts'

/** The timers and turns of one client. While it is stalled nothing runs; afterwards everything that came due does. */
export class Stallable implements Timers, Turns {
  readonly #ports: Ports
  readonly #usesTimers: boolean
  #isStalled = false
  #overdue: (() => void)[] = []

  /** @param usesTimers - whether a turn is a timer, which a simulated process can hold back, or a microtask. */
  constructor(ports: Ports, usesTimers: boolean) {
    this.#ports = ports
    this.#usesTimers = usesTimers
  }

  get isStalled(): boolean {
    return this.#isStalled
  }

  now = (): number => this.#ports.clock.monotonic()

  set = (delay: number, fire: () => void): (() => void) => {
    let isCancelled = false
    const cancel = this.#ports.timers.set(delay, () => this.#run(() => void (isCancelled || fire())))
    return () => {
      isCancelled = true
      cancel()
    }
  }

  later = (delay: number, run: () => void): void => void this.set(delay, run)

  soon = (run: () => void): void => {
    if (this.#usesTimers) this.#ports.timers.set(0, () => this.#run(run))
    else queueMicrotask(() => this.#run(run))
  }

  next = (run: () => void): void => queueMicrotask(() => this.#run(run))

  stall(): void {
    this.#isStalled = true
  }

  resume(): void {
    this.#isStalled = false
    const overdue = this.#overdue
    this.#overdue = []
    for (const run of overdue) this.soon(run)
  }

  #run(run: () => void): void {
    if (this.#isStalled) this.#overdue.push(run)
    else run()
  }
}
