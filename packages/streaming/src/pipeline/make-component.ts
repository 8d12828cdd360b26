import { waitFor, type Timers } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'

/** How long a component is waited for. */
export interface MakeOptions {
  readonly timers: Timers
  /** Milliseconds. */
  readonly timeout: number
  /** Gives up at once. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a component, which may take long: it opens files and connections. One that is ready only when nobody waits any more is
 * disposed of.
 *
 * @param component - what it is, for messages.
 * @throws RK_STREAMING_COMPONENT_TIMEOUT, the signal's reason, and what `make` throws
 */
export async function makeComponent<Component extends object>(
  component: string,
  make: () => Component | Promise<Component>,
  { timers, timeout, signal }: MakeOptions,
): Promise<Component> {
  signal?.throwIfAborted()
  const making = Promise.resolve().then(make)
  try {
    return await waitFor(making, { signal, timeout }, timers, () =>
      streamingErrors.COMPONENT_TIMEOUT({ component, timeout }),
    )
  } catch (error) {
    void making.then(dispose).catch(() => {})
    throw error
  }
}

async function dispose(late: object): Promise<void> {
  if (Symbol.asyncDispose in late) await (late as AsyncDisposable)[Symbol.asyncDispose]()
}
