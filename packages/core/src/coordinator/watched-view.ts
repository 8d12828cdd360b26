import { isRingkeeperError } from '../errors.ts'
import type { Coordinator, NodeWatch } from './coordinator.ts'
import { untilConnected } from './until-connected.ts'

/** Options of {@link watchedView}. */
export interface WatchedViewOptions<T> {
  /** Watches the whole subtree instead of the node and its list of children. */
  readonly recursive?: boolean
  /** Makes the view; called again after each change. A lost connection is waited out. Pass the signal on to what it awaits. */
  readonly read: () => Promise<T>
  /** Whether a view says nothing new and is left out. Default: `===`. */
  readonly isEqual?: (a: T, b: T) => boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * What can be read from a tree, kept up to date: the view now, then each newer one. A slow reader skips views and sees
 * the newest. Nothing is missed over a reconnect. While the session is suspended the last view stands.
 *
 * Ends when the signal aborts or the session is closed.
 *
 * @throws `RK_CORE_SESSION_EXPIRED`, and whatever `read` throws.
 */
export async function* watchedView<T>(
  coordinator: Coordinator,
  path: string,
  options: WatchedViewOptions<T>,
): AsyncGenerator<T, void, undefined> {
  const { read, isEqual = Object.is, signal } = options
  const changes = new Changes(signal)
  let last: { readonly view: T } | undefined
  let watch: NodeWatch | undefined
  try {
    watch = await whileAway(coordinator, path, signal, () =>
      coordinator.watch(path, { recursive: options.recursive ?? false, signal }),
    )
    void changes.follow(watch)
    while (await changes.next()) {
      const view = await whileAway(coordinator, path, signal, read)
      if (last && isEqual(last.view, view)) continue
      last = { view }
      yield view
    }
    if (coordinator.state === 'expired') await untilConnected(coordinator, `the view of ${path}`)
  } catch (error) {
    if (!signal?.aborted && !isRingkeeperError(error, 'RK_CORE_CLOSED')) throw error
  } finally {
    await watch?.[Symbol.asyncDispose]()
  }
}

/** Tries again whenever a lost connection has come back. */
async function whileAway<R>(
  coordinator: Coordinator,
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<R>,
): Promise<R> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) throw error
      await untilConnected(coordinator, `the view of ${path}`, signal)
    }
  }
}

/** Whether something changed since it was last asked; true at first. */
class Changes {
  readonly #signal: AbortSignal | undefined
  #isDirty = true
  #isOver = false
  #wake: (() => void) | undefined

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  async follow(watch: NodeWatch): Promise<void> {
    for await (const { type } of watch) {
      if (type === 'ended') break
      this.#isDirty = true
      this.#wake?.()
    }
    this.#isOver = true
    this.#wake?.()
  }

  /** Resolves when there is a change; with false when none will come. */
  async next(): Promise<boolean> {
    while (!this.#isDirty && !this.#isOver && !this.#signal?.aborted) await this.#sleep()
    const isMore = this.#isDirty && !this.#isOver && !this.#signal?.aborted
    this.#isDirty = false
    return isMore
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#signal?.removeEventListener('abort', wake)
        resolve()
      }
      const wake = this.#wake
      this.#signal?.addEventListener('abort', wake, { once: true })
    })
  }
}
