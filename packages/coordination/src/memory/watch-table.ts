import { parentPath, type WatchEvent } from '@ringkeeper/core'
import type { Change, DataTree } from './data-tree.ts'

/** The kinds of one-shot watches: on a node's data or absence, and on its list of children. */
export type OneShotKind = 'data' | 'child'

/** The watches of one session, as its server keeps them. */
export class WatchTable {
  readonly #data = new Set<string>()
  readonly #child = new Set<string>()
  readonly #persistent = new Set<string>()
  readonly #recursive = new Set<string>()

  addOneShot(kind: OneShotKind, path: string): void {
    ;(kind === 'data' ? this.#data : this.#child).add(path)
  }

  addPersistent(path: string, isRecursive: boolean): void {
    ;(isRecursive ? this.#recursive : this.#persistent).add(path)
  }

  removePersistent(path: string, isRecursive: boolean): void {
    ;(isRecursive ? this.#recursive : this.#persistent).delete(path)
  }

  /** Whether the session is told of the event: once, however many of its watches match. Takes the one-shot ones out. */
  take({ type, path }: WatchEvent): boolean {
    let isWatched = this.#persistent.has(path)
    if (type !== 'children' && this.#data.delete(path)) isWatched = true
    if ((type === 'children' || type === 'deleted') && this.#child.delete(path)) isWatched = true
    return isWatched || (type !== 'children' && this.#isBelowRecursive(path))
  }

  #isBelowRecursive(path: string): boolean {
    if (this.#recursive.size === 0) return false
    for (let at = path; ; at = parentPath(at)) {
      if (this.#recursive.has(at)) return true
      if (at === '/') return false
    }
  }
}

/** What a change tells watchers, in order. */
export function eventsOf(change: Change): WatchEvent[] {
  switch (change.type) {
    case 'create':
      return [
        { type: 'created', path: change.path },
        { type: 'children', path: parentPath(change.path) },
      ]
    case 'delete':
      return [
        { type: 'deleted', path: change.path },
        { type: 'children', path: parentPath(change.path) },
      ]
    case 'set':
      return [{ type: 'changed', path: change.path }]
    default:
      return []
  }
}

/** A one-shot watch that a session brings back after it was away. */
export interface RestoredWatch {
  readonly kind: OneShotKind | 'exists'
  readonly path: string
}

/** What the watch missed since `zxid`, if anything. */
export function missedEvent(tree: DataTree, { kind, path }: RestoredWatch, zxid: bigint): WatchEvent | undefined {
  const node = tree.find(path)
  if (kind === 'exists') return node ? { type: 'created', path } : undefined
  if (!node) return { type: 'deleted', path }
  if (kind === 'data') return node.mzxid > zxid ? { type: 'changed', path } : undefined
  return node.pzxid > zxid ? { type: 'children', path } : undefined
}
