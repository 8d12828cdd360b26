/** What an operator sends to end a worker. */
const signals = { SIGINT: 2, SIGTERM: 15 } as const

/** The first signal asks for a graceful stop, the second one ends the process. */
export class StopSignals implements Disposable {
  readonly #controller = new AbortController()
  readonly #onSignal = (name: NodeJS.Signals): void => {
    if (this.#controller.signal.aborted) process.exit(128 + signals[name as keyof typeof signals])
    this.#controller.abort(new Error(`stopped by ${name}`))
  }

  constructor() {
    for (const name of Object.keys(signals)) process.on(name, this.#onSignal)
  }

  /** Aborts with the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    for (const name of Object.keys(signals)) process.off(name, this.#onSignal)
  }
}
