import type { AclEntry, Created, CreateMode } from '@ringkeeper/core'
import { writeAcl } from '../acl.ts'
import { createKinds } from '../create-mode.ts'
import type { JuteReader } from '../jute-reader.ts'
import type { JuteWriter } from '../jute-writer.ts'
import { opcode } from '../opcode.ts'
import type { Request } from '../request.ts'
import { readStat } from '../stat.ts'

/** A node to make, with the server's path. */
export interface NewNode {
  readonly serverPath: string
  readonly data: Uint8Array
  readonly mode: CreateMode
  readonly acl: readonly AclEntry[] | undefined
  /** Milliseconds, for the `ttl` modes. */
  readonly ttl: number
}

/**
 * create2 (15), createContainer (19) and createTTL (21):
 *
 * ```
 * string path, buffer data, acl, int flags; createTTL: long ttl
 * ```
 */
export function writeCreate(writer: JuteWriter, node: NewNode): void {
  const kind = createKinds[node.mode]
  writer.string(node.serverPath)
  writer.buffer(node.data)
  writeAcl(writer, node.acl)
  writer.int(kind.flags)
  if (kind.opcode === opcode.createTtl) writer.long(BigInt(node.ttl))
}

/**
 * ```
 * string path, stat
 * ```
 */
export function readCreated(reader: JuteReader, toCaller: (serverPath: string) => string): Created {
  return { path: toCaller(reader.string()), stat: readStat(reader) }
}

/** @param toCaller - maps the server's path to the caller's. */
export function createRequest(path: string, node: NewNode, toCaller: (serverPath: string) => string): Request<Created> {
  return {
    opcode: createKinds[node.mode].opcode,
    name: 'create',
    path,
    write: (writer) => writeCreate(writer, node),
    read: (reader) => readCreated(reader, toCaller),
  }
}
