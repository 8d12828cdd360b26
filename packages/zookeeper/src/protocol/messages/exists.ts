import type { Stat } from '@ringkeeper/core'
import { opcode } from '../opcode.ts'
import type { Request } from '../request.ts'
import { serverErrorCode } from '../server-error.ts'
import { readStat } from '../stat.ts'
import { writeReadPath } from './read-path.ts'

/** The reply is a stat; a missing node, which the server calls an error, is `undefined`. */
export function existsRequest(path: string, serverPath: string, watch: boolean): Request<Stat | undefined> {
  return {
    opcode: opcode.exists,
    name: 'exists',
    path,
    write: (writer) => writeReadPath(writer, serverPath, watch),
    read: readStat,
    readError: ({ error }) => (error === serverErrorCode.noNode ? { result: undefined } : undefined),
  }
}
