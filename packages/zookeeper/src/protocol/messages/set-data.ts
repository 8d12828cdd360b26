import type { Stat } from '@ringkeeper/core'
import type { JuteWriter } from '../jute-writer.ts'
import { opcode } from '../opcode.ts'
import type { Request } from '../request.ts'
import { readStat } from '../stat.ts'

/**
 * ```
 * string path, buffer data, int version (-1: any)
 * ```
 */
export function writeSetData(writer: JuteWriter, serverPath: string, data: Uint8Array, version: number): void {
  writer.string(serverPath)
  writer.buffer(data)
  writer.int(version)
}

/** The reply is the new stat. */
export function setDataRequest(path: string, serverPath: string, data: Uint8Array, version: number): Request<Stat> {
  return {
    opcode: opcode.setData,
    name: 'setData',
    path,
    write: (writer) => writeSetData(writer, serverPath, data, version),
    read: readStat,
  }
}
