import { waitFor, type Timers } from '@ringkeeper/core'

const noTimers: Timers = { set: () => () => {} }

/** Waits for a promise until the signal aborts; the promise itself goes on, and its failure is nobody's then. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return waitFor(promise, { signal }, noTimers, () => new Error('no timeout was set'))
}
