import { sleep, type Ports } from '@ringkeeper/core'

/** How long batches may be processed before timers and sockets get a turn, in milliseconds. */
const SLICE = 5

/**
 * Gives the event loop a turn now and then. A source and a sink that never wait, both in memory, would otherwise keep
 * heartbeats and deadlines from firing, and a shard with a backlog would hold up all others of its worker.
 */
export class Pace {
  readonly #ports: Ports
  #since = 0
  /** Ends with the turn of the event loop that the slice began in; absent before the next slice. */
  #turn: Promise<void> | undefined

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Does some work: at once as long as the slice is not used up. What waits is done in the order in which it came, as much
   * of it in a turn as its slice has room for.
   */
  async run(work: () => void): Promise<void> {
    const { clock, timers } = this.#ports
    while (this.#turn && clock.monotonic() - this.#since >= SLICE) await this.#turn
    if (!this.#turn) {
      this.#since = clock.monotonic()
      this.#turn = sleep(0, timers).then(() => {
        this.#turn = undefined
      })
    }
    work()
  }
}
