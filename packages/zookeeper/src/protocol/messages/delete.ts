import type { JuteWriter } from '../jute-writer.ts'
import { opcode } from '../opcode.ts'
import { nothing, type Request } from '../request.ts'

/**
 * delete (2) and check (13), which have the same layout:
 *
 * ```
 * string path, int version (-1: any)
 * ```
 */
export function writePathVersion(writer: JuteWriter, serverPath: string, version: number): void {
  writer.string(serverPath)
  writer.int(version)
}

export function deleteRequest(path: string, serverPath: string, version: number): Request<void> {
  return {
    opcode: opcode.delete,
    name: 'delete',
    path,
    write: (writer) => writePathVersion(writer, serverPath, version),
    read: nothing,
  }
}
