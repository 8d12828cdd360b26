import type { NodeWatch } from './coordinator.ts'
import type { WatchEvent } from './types.ts'

type Next = IteratorResult<WatchEvent, undefined>
const finished: Next = { done: true, value: undefined }

/** The events of one persistent watch, kept until they are read: for those who write a coordinator. */
export class WatchQueue implements NodeWatch {
  readonly #remove: () => Promise<void> | void
  #events: WatchEvent[] = []
  #readers: ((result: Next) => void)[] = []
  #isEnded = false

  /** @param remove - takes the watch away; called once, unless it has ended before. */
  constructor(remove: () => Promise<void> | void) {
    this.#remove = remove
  }

  push(event: WatchEvent): void {
    if (this.#isEnded) return
    const reader = this.#readers.shift()
    if (reader) reader({ done: false, value: event })
    else this.#events.push(event)
  }

  /** No event follows; those that wait are still read. */
  end(): void {
    this.#isEnded = true
    for (const reader of this.#readers.splice(0)) reader(finished)
  }

  [Symbol.asyncIterator](): AsyncIterator<WatchEvent, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        await this[Symbol.asyncDispose]()
        return finished
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#events = []
    if (this.#isEnded) return
    this.end()
    await this.#remove()
  }

  #next(): Promise<Next> {
    const value = this.#events.shift()
    if (value) return Promise.resolve({ done: false, value })
    if (this.#isEnded) return Promise.resolve(finished)
    return new Promise((resolve) => this.#readers.push(resolve))
  }
}
