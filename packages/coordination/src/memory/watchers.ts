import type { Logger, WatchEvent, Watcher } from '@ringkeeper/core'
import { errorFields } from '@ringkeeper/core'
import type { EventQueue } from './event-queue.ts'
import type { RestoredWatch } from './watch-table.ts'

/** What the client keeps of its watches: whom to call for which event. */
export class Watchers {
  readonly #oneShots = {
    data: new Map<string, Set<Watcher>>(),
    exists: new Map<string, Set<Watcher>>(),
    child: new Map<string, Set<Watcher>>(),
  }
  readonly #queues = new Set<EventQueue>()
  /** Those that were asked for and are not set yet. */
  readonly #awaited = new Set<EventQueue>()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  addOneShot(kind: RestoredWatch['kind'], path: string, watcher: Watcher): void {
    const byPath = this.#oneShots[kind]
    const watchers = byPath.get(path)
    if (watchers) watchers.add(watcher)
    else byPath.set(path, new Set([watcher]))
  }

  get queues(): ReadonlySet<EventQueue> {
    return this.#queues
  }

  /** A watch is being set. */
  expectQueue(queue: EventQueue): void {
    this.#awaited.add(queue)
  }

  /** The server has set the watch. */
  addQueue(queue: EventQueue): void {
    this.#awaited.delete(queue)
    this.#queues.add(queue)
  }

  /** Whether another queue still needs the server's watch, or is about to. */
  removeQueue(queue: EventQueue): boolean {
    this.#awaited.delete(queue)
    this.#queues.delete(queue)
    const isSame = (other: EventQueue): boolean => other.path === queue.path && other.isRecursive === queue.isRecursive
    return [...this.#queues, ...this.#awaited].some(isSame)
  }

  /** Everything to set again after a reconnect. */
  oneShots(): RestoredWatch[] {
    return (['data', 'exists', 'child'] as const).flatMap((kind) =>
      [...this.#oneShots[kind].keys()].map((path) => ({ kind, path })),
    )
  }

  dispatch(event: WatchEvent): void {
    const { type, path } = event
    if (type !== 'children') this.#fire('data', path, event)
    if (type !== 'children') this.#fire('exists', path, event)
    if (type === 'children' || type === 'deleted') this.#fire('child', path, event)
    for (const queue of this.#queues) if (queue.matches(event)) queue.push(event)
  }

  /** The session was away and is back. */
  resync(): void {
    for (const queue of this.#queues) queue.push({ type: 'resync', path: queue.path })
  }

  /** The session is over. */
  end(): void {
    for (const kind of ['data', 'exists', 'child'] as const)
      for (const path of this.#oneShots[kind].keys()) this.#fire(kind, path, { type: 'ended', path })
    for (const queue of this.#queues) {
      queue.push({ type: 'ended', path: queue.path })
      queue.end()
    }
    this.#queues.clear()
  }

  #fire(kind: RestoredWatch['kind'], path: string, event: WatchEvent): void {
    const watchers = this.#oneShots[kind].get(path)
    if (!watchers) return
    this.#oneShots[kind].delete(path)
    for (const watcher of watchers) {
      try {
        watcher(event)
      } catch (error) {
        this.#logger.error('a watcher threw', { path, ...errorFields(error) })
      }
    }
  }
}
