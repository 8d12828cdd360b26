import type { MemorySession } from '@ringkeeper/coordination'
import { isRingkeeperError, sleep, type Ports } from '@ringkeeper/core'

/** Changes the tree by hand, one thing after the other, as soon as it can be reached. */
export class Operator {
  readonly session: MemorySession
  readonly #ports: Ports
  #last: Promise<void> = Promise.resolve()

  constructor(session: MemorySession, ports: Ports) {
    this.session = session
    this.#ports = ports
  }

  act(change: (session: MemorySession) => Promise<unknown>): void {
    this.#last = this.#last.then(async () => {
      for (;;) {
        try {
          return void (await change(this.session))
        } catch (error) {
          if (!isRingkeeperError(error)) throw error
          // What was there already, or was not there, is well.
          if (error.code !== 'RK_CORE_CONNECTION_LOSS') return
        }
        await sleep(100, this.#ports.timers)
      }
    })
  }
}
