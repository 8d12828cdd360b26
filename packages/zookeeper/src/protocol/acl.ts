import type { AclEntry, Permission } from '@ringkeeper/core'
import type { JuteWriter } from './jute-writer.ts'

const bits = { read: 1, write: 2, create: 4, delete: 8, admin: 16 } as const satisfies Record<Permission, number>

const open: readonly AclEntry[] = [
  { scheme: 'world', id: 'anyone', permissions: ['read', 'write', 'create', 'delete', 'admin'] },
]

/**
 * ```
 * int count, then per entry: int permissions (a bit set), string scheme, string id
 * ```
 *
 * @param acl - anyone may do anything when absent.
 */
export function writeAcl(writer: JuteWriter, acl: readonly AclEntry[] = open): void {
  writer.vector(acl, (entry) => {
    writer.int(entry.permissions.reduce((sum, permission) => sum | bits[permission], 0))
    writer.string(entry.scheme)
    writer.string(entry.id)
  })
}
