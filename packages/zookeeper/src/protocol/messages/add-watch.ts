import { opcode } from '../opcode.ts'
import { nothing, type Request } from '../request.ts'

/** `string path, int mode`: 0 persistent, 1 persistent and recursive. */
export function addWatchRequest(path: string, serverPath: string, isRecursive: boolean): Request<void> {
  return {
    opcode: opcode.addWatch,
    name: 'addWatch',
    path,
    write: (writer) => {
      writer.string(serverPath)
      writer.int(isRecursive ? 1 : 0)
    },
    read: nothing,
  }
}
