import type { NodeWatch, WatchEvent } from '@ringkeeper/core'
import { Fifo } from '../connection/fifo.ts'

type Next = IteratorResult<WatchEvent, undefined>
const finished: Next = { done: true, value: undefined }

/** The events of one persistent watch, kept until they are read. */
export class NodeWatchQueue implements NodeWatch {
  readonly #events = new Fifo<WatchEvent>()
  readonly #readers = new Fifo<(result: Next) => void>()
  readonly #remove: () => Promise<void>
  #isEnded = false

  /** @param remove - takes the watch away; called once. */
  constructor(remove: () => Promise<void>) {
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
    for (const reader of this.#readers.drain()) reader(finished)
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
    if (this.#isEnded) return void this.#events.drain()
    this.end()
    this.#events.drain()
    await this.#remove()
  }

  #next(): Promise<Next> {
    const event = this.#events.shift()
    if (event) return Promise.resolve({ done: false, value: event })
    if (this.#isEnded) return Promise.resolve(finished)
    return new Promise((resolve) => this.#readers.push(resolve))
  }
}
