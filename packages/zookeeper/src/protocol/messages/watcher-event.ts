import type { WatchEvent } from '@ringkeeper/core'
import type { JuteReader } from '../jute-reader.ts'

/** A notification, with the server's path. */
export interface WatcherEvent {
  readonly type: Extract<WatchEvent['type'], 'created' | 'deleted' | 'changed' | 'children'>
  readonly path: string
}

const types: Readonly<Record<number, WatcherEvent['type']>> = {
  1: 'created',
  2: 'deleted',
  3: 'changed',
  4: 'children',
}

/**
 * ```
 * int type, int keeperState, string path
 * ```
 *
 * @returns `undefined` for an event of the session or of a type that this client does not know.
 */
export function readWatcherEvent(reader: JuteReader): WatcherEvent | undefined {
  const type = types[reader.int()]
  reader.int()
  const path = reader.string()
  return type === undefined ? undefined : { type, path }
}
