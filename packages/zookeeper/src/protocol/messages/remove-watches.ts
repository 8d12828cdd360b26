import { opcode } from '../opcode.ts'
import { nothing, type Request } from '../request.ts'

/**
 * `string path, int type`: 4 persistent, 5 persistent and recursive.
 *
 * Servers before 3.9 know neither type and refuse the request; type 3, which they know, would remove the one-shot
 * watches of the path too.
 */
export function removeWatchesRequest(path: string, serverPath: string, isRecursive: boolean): Request<void> {
  return {
    opcode: opcode.removeWatches,
    name: 'removeWatches',
    path,
    write: (writer) => {
      writer.string(serverPath)
      writer.int(isRecursive ? 5 : 4)
    },
    read: nothing,
  }
}
