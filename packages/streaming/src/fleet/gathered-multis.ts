import { deferred, isRingkeeperError, type Coordinator, type Deferred, type Operation } from '@ringkeeper/core'
import { isSessionOver } from './session-calls.ts'

/** Transactions in one. */
const batchSize = 200

interface Asked {
  readonly operations: readonly Operation[]
  readonly applied: Deferred<void>
}

/**
 * Sends transactions that are asked for in one turn as one, for which the servers write their log once, and of which those who
 * watch hear at one time. Nobody fails for another's reason: when the servers refuse the whole, each goes alone.
 */
export class GatheredMultis {
  readonly #session: Coordinator
  #asked: Asked[] = []

  constructor(session: Coordinator) {
    this.#session = session
  }

  /** Rejects as the session's `multi` does; an index in the error's data counts from 0 in `operations`. */
  apply(operations: readonly Operation[]): Promise<void> {
    const applied = deferred()
    this.#asked.push({ operations, applied })
    if (this.#asked.length === 1) queueMicrotask(() => this.#flush())
    return applied.promise
  }

  #flush(): void {
    const asked = this.#asked
    this.#asked = []
    for (let at = 0; at < asked.length; at += batchSize) void this.#send(asked.slice(at, at + batchSize))
  }

  async #send(batch: readonly Asked[]): Promise<void> {
    try {
      await this.#session.multi(batch.flatMap(({ operations }) => operations))
    } catch (error) {
      if (batch.length > 1 && isRefusal(error)) for (const each of batch) void this.#send([each])
      else for (const { applied } of batch) applied.reject(error)
      return
    }
    for (const { applied } of batch) applied.resolve()
  }
}

/** Everything but a lost connection or session is an answer, or was never sent: then nothing is applied. */
function isRefusal(error: unknown): boolean {
  return !isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS') && !isSessionOver(error)
}
