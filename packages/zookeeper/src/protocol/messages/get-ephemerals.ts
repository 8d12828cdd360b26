import { opcode } from '../opcode.ts'
import type { Request } from '../request.ts'

/** `string prefix`; the reply is the paths of this session's ephemeral nodes that start with it. */
export function getEphemeralsRequest(path: string, serverPrefix: string): Request<string[]> {
  return {
    opcode: opcode.getEphemerals,
    name: 'getEphemerals',
    path,
    write: (writer) => writer.string(serverPrefix),
    read: (reader) => reader.vector(4, () => reader.string()),
  }
}
