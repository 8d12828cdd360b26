import type { Stat } from '@ringkeeper/core'
import { opcode } from '../opcode.ts'
import type { Request } from '../request.ts'
import { readStat } from '../stat.ts'
import { writeReadPath } from './read-path.ts'

/** The reply: `buffer data, stat`. */
export function getDataRequest(
  path: string,
  serverPath: string,
  watch: boolean,
): Request<{ readonly data: Uint8Array; readonly stat: Stat }> {
  return {
    opcode: opcode.getData,
    name: 'getData',
    path,
    write: (writer) => writeReadPath(writer, serverPath, watch),
    read: (reader) => ({ data: reader.buffer(), stat: readStat(reader) }),
  }
}
