import type { JuteWriter } from '../jute-writer.ts'

/**
 * exists (3), getData (4) and getChildren2 (12) ask alike:
 *
 * ```
 * string path, bool watch
 * ```
 */
export function writeReadPath(writer: JuteWriter, serverPath: string, watch: boolean): void {
  writer.string(serverPath)
  writer.bool(watch)
}
