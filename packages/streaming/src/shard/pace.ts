import { sleep, type Ports } from '@ringkeeper/core'

/** How long records may be processed before timers and sockets get a turn, in milliseconds. */
const SLICE = 20

/**
 * Gives the event loop a turn now and then. A source and a sink that never wait, both in memory, would otherwise keep
 * heartbeats and deadlines from firing.
 */
export class Pace {
  readonly #ports: Ports
  #since: number
  #turn: Promise<void> | undefined

  constructor(ports: Ports) {
    this.#ports = ports
    this.#since = ports.clock.monotonic()
  }

  /** To be awaited between batches; resolves at once as long as the slice is not used up. */
  async next(): Promise<void> {
    const { clock, timers } = this.#ports
    if (clock.monotonic() - this.#since < SLICE) return
    this.#turn ??= sleep(0, timers).then(() => {
      this.#since = clock.monotonic()
      this.#turn = undefined
    })
    await this.#turn
  }
}
