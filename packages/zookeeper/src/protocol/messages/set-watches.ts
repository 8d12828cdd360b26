import type { JuteWriter } from '../jute-writer.ts'

/** Server paths of the watches that a connection has to set again, by kind. */
export interface WatchedPaths {
  readonly data: readonly string[]
  readonly exist: readonly string[]
  readonly child: readonly string[]
  readonly persistent: readonly string[]
  readonly recursive: readonly string[]
}

/**
 * setWatches (101), and setWatches2 (105) with the last two lists:
 *
 * ```
 * long relativeZxid, strings data, strings exist, strings child [, strings persistent, strings recursive]
 * ```
 *
 * The server sends at once the events that one-shot watches have missed since `relativeZxid`.
 */
export function writeSetWatches(
  writer: JuteWriter,
  relativeZxid: bigint,
  paths: WatchedPaths,
  isSecond: boolean,
): void {
  const string = (path: string): void => writer.string(path)
  writer.long(relativeZxid)
  writer.vector(paths.data, string)
  writer.vector(paths.exist, string)
  writer.vector(paths.child, string)
  if (!isSecond) return
  writer.vector(paths.persistent, string)
  writer.vector(paths.recursive, string)
}
