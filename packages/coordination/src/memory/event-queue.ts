import { WatchQueue, type WatchEvent } from '@ringkeeper/core'

/** A persistent watch of a session: what it is about, and its events that were not read yet. */
export class EventQueue extends WatchQueue {
  readonly path: string
  readonly isRecursive: boolean

  constructor(path: string, isRecursive: boolean, closed: (queue: EventQueue) => void) {
    super(() => closed(this))
    this.path = path
    this.isRecursive = isRecursive
  }

  matches({ type, path }: WatchEvent): boolean {
    if (path === this.path) return !this.isRecursive || type !== 'children'
    if (!this.isRecursive || type === 'children') return false
    return this.path === '/' || path.startsWith(`${this.path}/`)
  }
}
