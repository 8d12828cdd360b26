import type { Stat } from '@ringkeeper/core'
import { opcode } from '../opcode.ts'
import type { Request } from '../request.ts'
import { readStat } from '../stat.ts'
import { writeReadPath } from './read-path.ts'

/** The reply: `int count, that many strings, stat`. The server does not sort the names. */
export function getChildrenRequest(
  path: string,
  serverPath: string,
  watch: boolean,
): Request<{ readonly children: string[]; readonly stat: Stat }> {
  return {
    opcode: opcode.getChildren2,
    name: 'getChildren',
    path,
    write: (writer) => writeReadPath(writer, serverPath, watch),
    read: (reader) => ({ children: reader.vector(4, () => reader.string()).sort(), stat: readStat(reader) }),
  }
}
