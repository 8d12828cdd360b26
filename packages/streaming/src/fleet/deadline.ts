import type { Timers } from '@ringkeeper/core'
import { sharedSignal } from './shared-signal.ts'

/**
 * A signal that aborts after some time, or as soon as somebody is in a hurry. Disposing it stops its timer and leaves nothing
 * behind; of `AbortSignal.any`, Node keeps every signal that has a listener until it aborts.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController()
  readonly #hurry: AbortSignal
  readonly #cancel: () => void
  readonly #abort = (): void => this.#controller.abort()

  constructor(milliseconds: number, timers: Timers, hurry: AbortSignal) {
    this.#hurry = hurry
    this.#cancel = timers.set(milliseconds, this.#abort)
    if (hurry.aborted) this.#abort()
    else sharedSignal(hurry).addEventListener('abort', this.#abort, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    this.#cancel()
    this.#hurry.removeEventListener('abort', this.#abort)
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
