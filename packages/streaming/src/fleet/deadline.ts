import type { Timers } from '@ringkeeper/core'

/** A signal that aborts after some time, or as soon as somebody is in a hurry. Disposing it stops its timer. */
export class Deadline implements Disposable {
  readonly signal: AbortSignal
  readonly #cancel: () => void

  constructor(milliseconds: number, timers: Timers, hurry: AbortSignal) {
    const timer = new AbortController()
    this.#cancel = timers.set(milliseconds, () => timer.abort())
    this.signal = AbortSignal.any([timer.signal, hurry])
  }

  [Symbol.dispose](): void {
    this.#cancel()
  }
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
