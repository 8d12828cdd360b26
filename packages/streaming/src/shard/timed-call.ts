import { deferred, type Timers } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'

/**
 * Makes a call that aborts after `timeout` milliseconds, and is over then for us also where it does not listen to its
 * signal.
 *
 * @param onLate - called when such a call settles after all.
 */
export async function timedCall<T>(
  call: (signal: AbortSignal) => Promise<T>,
  timeout: number,
  timers: Timers,
  onLate?: () => void,
): Promise<T> {
  const controller = new AbortController()
  const late = deferred<never>()
  let isLate = false
  const cancel = timers.set(timeout, () => {
    const error = streamingErrors.COMMIT_TIMEOUT({ timeout })
    isLate = true
    controller.abort(error)
    late.reject(error)
  })
  const result = call(controller.signal)
  const settled = (): void => {
    if (isLate) onLate?.()
  }
  result.then(settled, settled)
  try {
    return await Promise.race([result, late.promise])
  } finally {
    cancel()
  }
}
