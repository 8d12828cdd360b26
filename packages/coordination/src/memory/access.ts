import { createHash } from 'node:crypto'
import { coordinatorErrors, type AclEntry, type Permission } from '@ringkeeper/core'
import type { TreeNode } from './node.ts'

/** Who a session says it is. */
export interface Identity {
  readonly scheme: string
  readonly id: string
}

/** The identity that credentials give. @throws `RK_CORE_AUTH_FAILED` for an unknown scheme. */
export function identify(scheme: string, credentials: string): Identity {
  if (scheme !== 'digest') throw coordinatorErrors.AUTH_FAILED({ scheme })
  const user = credentials.slice(0, Math.max(0, credentials.indexOf(':')))
  return { scheme, id: `${user}:${createHash('sha1').update(credentials).digest('base64')}` }
}

/** @throws `RK_CORE_NO_AUTH` when none of the identities has the permission. */
export function requirePermission(
  node: TreeNode,
  permission: Permission,
  identities: readonly Identity[],
  path: string,
): void {
  const isAllowed = (entry: AclEntry): boolean =>
    entry.permissions.includes(permission) &&
    ((entry.scheme === 'world' && entry.id === 'anyone') ||
      identities.some(({ scheme, id }) => scheme === entry.scheme && id === entry.id))
  if (node.acl && !node.acl.some(isAllowed)) throw coordinatorErrors.NO_AUTH({ path })
}

/**
 * The list to store: `auth` stands for all identities of the session; absent for a list that allows everything.
 *
 * @throws `RK_CORE_INVALID_ACL`.
 */
export function resolveAcl(
  acl: readonly AclEntry[] | undefined,
  identities: readonly Identity[],
  path: string,
): readonly AclEntry[] | undefined {
  if (!acl) return undefined
  const resolved = acl.flatMap((entry) => {
    if (entry.scheme !== 'auth') return [{ ...entry }]
    return identities.map(({ scheme, id }) => ({ scheme, id, permissions: entry.permissions }))
  })
  const isKnown = ({ scheme, id }: AclEntry): boolean =>
    (scheme === 'world' && id === 'anyone') || (scheme === 'digest' && id.includes(':'))
  if (resolved.length === 0 || !resolved.every(isKnown)) throw coordinatorErrors.INVALID_ACL({ path })
  return resolved
}
