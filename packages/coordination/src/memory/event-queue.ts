import type { NodeWatch, WatchEvent } from '@ringkeeper/core'

/** The events of a persistent watch that were not read yet. */
export class EventQueue implements NodeWatch {
  readonly path: string
  readonly isRecursive: boolean
  readonly #closed: (queue: EventQueue) => void
  #events: WatchEvent[] = []
  #readers: ((result: IteratorResult<WatchEvent, undefined>) => void)[] = []
  #isEnded = false

  constructor(path: string, isRecursive: boolean, closed: (queue: EventQueue) => void) {
    this.path = path
    this.isRecursive = isRecursive
    this.#closed = closed
  }

  matches({ type, path }: WatchEvent): boolean {
    if (path === this.path) return !this.isRecursive || type !== 'children'
    if (!this.isRecursive || type === 'children') return false
    return this.path === '/' || path.startsWith(`${this.path}/`)
  }

  push(event: WatchEvent): void {
    if (this.#isEnded) return
    const reader = this.#readers.shift()
    if (reader) reader({ done: false, value: event })
    else this.#events.push(event)
  }

  /** No event follows; those that wait can still be read. */
  end(): void {
    this.#isEnded = true
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): AsyncIterator<WatchEvent, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        await this[Symbol.asyncDispose]()
        return { done: true, value: undefined }
      },
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#events = []
    if (!this.#isEnded) this.#closed(this)
    this.end()
    return Promise.resolve()
  }

  #next(): Promise<IteratorResult<WatchEvent, undefined>> {
    const value = this.#events.shift()
    if (value) return Promise.resolve({ done: false, value })
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#readers.push(resolve))
  }
}
