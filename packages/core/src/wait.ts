import type { Timers } from './ports.ts'

/** How long a caller is willing to wait, and how it gives up earlier. */
export interface WaitOptions {
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; no limit when absent. */
  readonly timeout?: number | undefined
}

/** A promise with its two ends in the open (`Promise.withResolvers` is missing on Node 20). */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (reason: unknown) => void
}

/** Makes a {@link Deferred}. Its rejection is never reported as unhandled: somebody may only look at it later. */
export function deferred<T = void>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  promise.catch(() => {})
  return { promise, resolve, reject }
}

/**
 * Waits for `promise`, but no longer than the caller wants. The promise itself goes on: whoever made it must clean up.
 *
 * @param onTimeout - makes the error for a timeout.
 */
export function waitFor<T>(
  promise: Promise<T>,
  options: WaitOptions,
  timers: Timers,
  onTimeout: () => Error,
): Promise<T> {
  const { signal, timeout } = options
  if (signal?.aborted) {
    // Nobody hears of its rejection any more.
    promise.catch(() => {})
    return Promise.reject(signal.reason as Error)
  }
  if (signal === undefined && timeout === undefined) return promise
  return new Promise<T>((resolve, reject) => {
    const cancel = timeout === undefined ? undefined : timers.set(timeout, () => end(() => reject(onTimeout())))
    const abort = (): void => end(() => reject(signal?.reason as Error))
    const end = (settle: () => void): void => {
      cancel?.()
      signal?.removeEventListener('abort', abort)
      settle()
    }
    signal?.addEventListener('abort', abort, { once: true })
    promise.then(
      (value) => end(() => resolve(value)),
      (reason: unknown) => end(() => reject(reason as Error)),
    )
  })
}

/** Resolves after `delay` milliseconds, or rejects with the signal's reason as soon as it aborts. */
export function sleep(delay: number, timers: Timers, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const abort = (): void => {
      cancel()
      reject(signal?.reason as Error)
    }
    const cancel = timers.set(delay, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    signal?.addEventListener('abort', abort, { once: true })
  })
}
