import { errorFields, type Logger, type Watcher, type WatchEvent, type WatchQueue } from '@ringkeeper/core'
import type { WatchedPaths } from '../protocol/messages/set-watches.ts'
import type { WatcherEvent } from '../protocol/messages/watcher-event.ts'
import type { Chroot } from '../path.ts'
import { PathSets } from './path-sets.ts'

/** Which of the server's lists a one-shot watch is in. `exist` is for nodes that were not there. */
export type OneShotKind = 'data' | 'exist' | 'child'

/** Which one-shot watches an event uses up. */
const firedBy: Readonly<Record<WatcherEvent['type'], readonly OneShotKind[]>> = {
  created: ['data', 'exist'],
  changed: ['data', 'exist'],
  children: ['child'],
  deleted: ['data', 'exist', 'child'],
}

/** All watches of a session, by the server's path: it outlives connections and says what each new one has to set. */
export class WatchRegistry {
  readonly #chroot: Chroot
  readonly #logger: Logger
  readonly #oneShot: Readonly<Record<OneShotKind, PathSets<Watcher>>> = {
    data: new PathSets(),
    exist: new PathSets(),
    child: new PathSets(),
  }
  readonly #persistent = new PathSets<WatchQueue>()
  readonly #recursive = new PathSets<WatchQueue>()
  /** Watches that were asked for and are not set yet: their server's watch must not be taken away with another's. */
  readonly #awaited = { persistent: new PathSets<WatchQueue>(), recursive: new PathSets<WatchQueue>() }
  #isEnded = false

  constructor(chroot: Chroot, logger: Logger) {
    this.#chroot = chroot
    this.#logger = logger
  }

  addOneShot(kind: OneShotKind, serverPath: string, watcher: Watcher): void {
    this.#oneShot[kind].add(serverPath, watcher)
    // A reply that came while the session was being closed.
    if (this.#isEnded) this.end()
  }

  /** Notes that a watch is being set. */
  expect(serverPath: string, watch: WatchQueue, isRecursive: boolean): void {
    this.#awaitedOf(isRecursive).add(serverPath, watch)
  }

  /** The server has set the watch. */
  add(serverPath: string, watch: WatchQueue, isRecursive: boolean): void {
    this.#awaitedOf(isRecursive).delete(serverPath, watch)
    this.#queues(isRecursive).add(serverPath, watch)
    if (this.#isEnded) this.end()
  }

  /** Returns whether no watch of its kind is left on the path, or on its way there. */
  remove(serverPath: string, watch: WatchQueue, isRecursive: boolean): boolean {
    const isNoneAwaited = this.#awaitedOf(isRecursive).delete(serverPath, watch)
    return this.#queues(isRecursive).delete(serverPath, watch) && isNoneAwaited
  }

  dispatch({ type, path: serverPath }: WatcherEvent): void {
    const event: WatchEvent = { type, path: this.#chroot.remove(serverPath) }
    for (const kind of firedBy[type])
      for (const watcher of this.#oneShot[kind].take(serverPath)) this.#notify(watcher, event)
    for (const watch of this.#persistent.get(serverPath)) watch.push(event)
    // A recursive watch hears of each node itself, so the server does not tell it of lists of children.
    if (type === 'children' || this.#recursive.size === 0) return
    for (const path of selfAndAncestors(serverPath)) for (const watch of this.#recursive.get(path)) watch.push(event)
  }

  /** What a new connection has to set. */
  paths(): WatchedPaths {
    const { data, exist, child } = this.#oneShot
    return {
      data: data.paths(),
      exist: exist.paths(),
      child: child.paths(),
      persistent: this.#persistent.paths(),
      recursive: this.#recursive.paths(),
    }
  }

  /** Tells persistent watches that they are set again and may have missed events; one-shot ones are told what they missed. */
  resync(): void {
    this.#tellPersistent('resync')
  }

  /** Tells all watches that the session is over. */
  end(): void {
    this.#isEnded = true
    for (const sets of Object.values(this.#oneShot)) {
      for (const path of sets.paths())
        for (const watcher of sets.take(path)) this.#notify(watcher, { type: 'ended', path: this.#chroot.remove(path) })
    }
    for (const watch of this.#tellPersistent('ended')) watch.end()
  }

  #tellPersistent(type: 'resync' | 'ended'): WatchQueue[] {
    const told: WatchQueue[] = []
    for (const sets of [this.#persistent, this.#recursive]) {
      for (const path of sets.paths()) {
        for (const watch of type === 'ended' ? sets.take(path) : sets.get(path)) {
          watch.push({ type, path: this.#chroot.remove(path) })
          told.push(watch)
        }
      }
    }
    return told
  }

  /** A watcher that throws must not stop the reading of messages. */
  #notify(watcher: Watcher, event: WatchEvent): void {
    try {
      watcher(event)
    } catch (error) {
      this.#logger.error('a watcher threw', { path: event.path, ...errorFields(error) })
    }
  }

  #queues(isRecursive: boolean): PathSets<WatchQueue> {
    return isRecursive ? this.#recursive : this.#persistent
  }

  #awaitedOf(isRecursive: boolean): PathSets<WatchQueue> {
    return isRecursive ? this.#awaited.recursive : this.#awaited.persistent
  }
}

function* selfAndAncestors(path: string): Generator<string> {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf('/'))) yield at
  yield '/'
}
