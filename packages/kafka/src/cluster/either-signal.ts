import { setMaxListeners } from 'node:events'

/** A signal that aborts when one of two does, until it is disposed of. `AbortSignal.any` would leave something behind at a long-lived one. */
export class EitherSignal implements Disposable {
  readonly #controller = new AbortController()
  readonly #sources: readonly AbortSignal[]

  constructor(...sources: readonly (AbortSignal | undefined)[]) {
    this.#sources = sources.filter((source) => source !== undefined)
    for (const source of this.#sources) {
      // As many as there are partitions listen to one; Node 20 takes more than ten for a leak and warns.
      setMaxListeners(0, source)
      if (source.aborted) this.#controller.abort(source.reason)
      else source.addEventListener('abort', this.#abort, { once: true })
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#abort)
  }

  readonly #abort = (event: Event): void => this.#controller.abort((event.target as AbortSignal).reason)
}
