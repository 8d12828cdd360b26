import { opcode } from '../opcode.ts'
import { nothing, type Request } from '../request.ts'

/** `string path`; the reply repeats it. */
export function syncRequest(path: string, serverPath: string): Request<void> {
  return {
    opcode: opcode.sync,
    name: 'sync',
    path,
    write: (writer) => writer.string(serverPath),
    read: nothing,
  }
}
