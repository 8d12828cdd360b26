import { errorFields, sleep, type Coordinator, type CoordinatorBackend, type Ports } from '@ringkeeper/core'

/** How sessions are opened. */
export interface SessionKeeperOptions {
  readonly backend: CoordinatorBackend
  /** Milliseconds. */
  readonly sessionTimeout: number
  /** Milliseconds for the first session; later ones are waited for as long as it takes. */
  readonly connectTimeout: number
  readonly ports: Ports
  readonly signal: AbortSignal
}

const firstPause = 100
const longestPause = 5000

/**
 * Hands one session after the other to `use` until the signal aborts. A session is used until the server has said that it
 * is over, however long it is out of touch: a second one beside it would only wait for the nodes of the first.
 *
 * @throws what `use` throws, and the error of the first connection.
 */
export async function keepSession(
  options: SessionKeeperOptions,
  use: (session: Coordinator) => Promise<void>,
): Promise<void> {
  const { backend, sessionTimeout, connectTimeout, ports, signal } = options
  let pause = firstPause
  for (let isFirst = true; !signal.aborted;) {
    let session: Coordinator
    try {
      session = await backend.connect({ sessionTimeout, signal, ...(isFirst ? { timeout: connectTimeout } : {}) })
    } catch (error) {
      if (isFirst || signal.aborted) throw error
      ports.logger.warn('no new session yet', errorFields(error))
      await sleep(pause * (0.5 + ports.random.next() / 2), ports.timers, signal)
      pause = Math.min(2 * pause, longestPause)
      continue
    }
    isFirst = false
    pause = firstPause
    await use(session)
  }
}
