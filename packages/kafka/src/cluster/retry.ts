import { isRingkeeperError, errorFields, sleep, type Ports } from '@ringkeeper/core'
import { Seldom } from './seldom.ts'

/** Milliseconds between attempts: short, since a broker that is back must be found at once, and an attempt is cheap. */
export const RETRY_PAUSE = 100

/** Whether trouble ends by itself: no broker answered, or one that is starting, moving or electing did. */
export function isPassingTrouble(error: unknown): boolean {
  return (
    isRingkeeperError(error, 'RK_KAFKA_UNAVAILABLE') ||
    (isRingkeeperError(error, 'RK_KAFKA_BROKER_ERROR') && (error.data as { isPassing?: boolean }).isPassing === true)
  )
}

/** Tries for ever, as long as the trouble is passing and the signal lets it. */
export async function persist<T>(
  what: string,
  attempt: () => Promise<T>,
  ports: Ports,
  signal: AbortSignal | undefined,
): Promise<T> {
  const seldom = new Seldom(ports.clock)
  for (;;) {
    signal?.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      if (signal?.aborted || !isPassingTrouble(error)) throw error
      if (seldom.isTime()) warnOfRetry(ports, what, error)
    }
    await sleep(RETRY_PAUSE, ports.timers, signal)
  }
}

/** Tells an operator why nothing comes for the moment. */
export function warnOfRetry({ logger }: Pick<Ports, 'logger'>, what: string, error: unknown): void {
  logger.warn(`${what} is tried again until it succeeds`, errorFields(error))
}
