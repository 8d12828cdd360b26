/**
 * A value that changes, watched by any number of readers. A slow reader skips what it missed and sees the newest
 * value next. Iteration starts with the current value and ends when the holder closes it or the reader's signal aborts.
 *
 * @example
 * ```ts
 * const state = new Latest('idle')
 * state.set('busy')
 * for await (const value of state.values()) console.log(value) // busy, ...
 * ```
 */
export class Latest<T> {
  #value: T
  #version = 0
  #ended: { readonly error?: unknown } | undefined
  readonly #sleepers = new Set<() => void>()

  constructor(initial: T) {
    this.#value = initial
  }

  /** The newest value. */
  get value(): T {
    return this.#value
  }

  /** Publishes a value; nothing happens after {@link close}. */
  set(value: T): void {
    if (this.#ended) return
    this.#value = value
    this.#version += 1
    this.#wakeAll()
  }

  /** Ends all iterations after they have seen the newest value; with an error when one is given. */
  close(error?: unknown): void {
    if (this.#ended) return
    this.#ended = error === undefined ? {} : { error }
    this.#wakeAll()
  }

  /** The current value, then each newer one. Breaking out of the loop leaves nothing behind. */
  async *values(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<T, void, undefined> {
    const { signal } = options
    for (let seen = -1; !signal?.aborted;) {
      if (seen !== this.#version) {
        seen = this.#version
        yield this.#value
        continue
      }
      if (this.#ended) {
        if ('error' in this.#ended) throw this.#ended.error
        return
      }
      await this.#nextChange(signal)
    }
  }

  /**
   * The first value, current or later, that passes `test`.
   *
   * @throws the signal's reason when it aborts first; the closing error, or a plain one, when the value ends first.
   */
  async until(test: (value: T) => boolean, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<T> {
    for await (const value of this.values(options)) if (test(value)) return value
    options.signal?.throwIfAborted()
    throw new Error('the value was closed before the awaited one came')
  }

  #nextChange(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#sleepers.add(wake)
      signal?.addEventListener('abort', wake, { once: true })
    })
  }

  #wakeAll(): void {
    for (const wake of this.#sleepers) wake()
  }
}
