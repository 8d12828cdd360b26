import { isRingkeeperError, messageOf, type Logger, type Timers } from '@ringkeeper/core'

const retryDelay = 500

/** Errors after which there is nothing left to delete. */
const gone = ['RK_CORE_NO_NODE', 'RK_CORE_SESSION_EXPIRED', 'RK_CORE_CLOSED']

/** Deletes nodes in the background until they are gone or the session has ended. */
export class Janitor {
  readonly #remove: (path: string) => Promise<void>
  readonly #timers: Timers
  readonly #logger: Logger
  /** Paths to delete, with what cancels the next attempt. */
  readonly #paths = new Map<string, () => void>()

  constructor(remove: (path: string) => Promise<void>, timers: Timers, logger: Logger) {
    this.#remove = remove
    this.#timers = timers
    this.#logger = logger
  }

  discard(path: string): void {
    if (this.#paths.has(path)) return
    this.#paths.set(path, () => {})
    this.#attempt(path)
  }

  /** There is a connection again. */
  connected(): void {
    for (const path of this.#paths.keys()) this.#attempt(path)
  }

  #attempt(path: string): void {
    this.#paths.get(path)?.()
    this.#remove(path).then(
      () => this.#paths.delete(path),
      (error: unknown) => this.#failed(path, error),
    )
  }

  #failed(path: string, error: unknown): void {
    if (isRingkeeperError(error) && gone.includes(error.code)) return void this.#paths.delete(path)
    // The next connection tries again.
    if (isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) return
    this.#logger.warn('a discarded node is not gone yet', { path, error: messageOf(error) })
    this.#paths.set(
      path,
      this.#timers.set(retryDelay, () => this.#attempt(path)),
    )
  }
}
