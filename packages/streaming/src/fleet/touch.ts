import type { Logger } from '@ringkeeper/core'

/** Tells an operator what an outage of the coordinator means for a worker: once when it begins to count, and once when it is over. */
export class Touch {
  readonly #logger: Logger
  #isLost = false

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** The worker's session cannot be relied on any more. */
  lost(): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#logger.warn(
      'out of touch with the coordinator: nothing is written or committed until there is a session again; ' +
        'whoever takes a shard then, maybe this worker, goes on at the committed position',
    )
  }

  /** The session is proved alive. */
  found(): void {
    if (!this.#isLost) return
    this.#isLost = false
    this.#logger.info(
      'in touch with the coordinator again: its shards are taken again, as far as no other worker has them',
    )
  }

  /** The worker is leaving while the coordinator is away. */
  leaving(): void {
    this.#logger.warn('the coordinator is away: leaving waits for it until the drain timeout')
  }

  /** The worker leaves what only the coordinator can do. */
  left(): void {
    this.#logger.warn(
      'left without the coordinator: others get the shards when it is back and the session of this worker has expired',
    )
  }
}
