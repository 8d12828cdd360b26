import type { FakeClock } from '@ringkeeper/testing'

/** Lets the fake clock and real sockets go on in turns until `work` settles. */
export async function drive<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isSettled = false
  const settle = (): void => void (isSettled = true)
  work.then(settle, settle)
  while (!isSettled) {
    await polled()
    if (!isSettled) await clock.advance(5)
  }
  return work
}

/** Resolves when the event loop has looked at its sockets. */
export function polled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
