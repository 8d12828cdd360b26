import type { AclEntry, Stat } from '@ringkeeper/core'

/** A node of the tree, as the server keeps it. */
export interface TreeNode {
  data: Uint8Array
  /** Absent: anyone may do anything. */
  readonly acl: readonly AclEntry[] | undefined
  readonly kind: 'plain' | 'container' | 'ttl'
  readonly ttl: number
  readonly owner: bigint
  readonly czxid: bigint
  mzxid: bigint
  pzxid: bigint
  readonly ctime: number
  mtime: number
  version: number
  /** How many children were ever created: the counter of sequential names. */
  creates: number
  readonly children: Set<string>
}

/** The stat that clients see. */
export function statOf(node: TreeNode): Stat {
  return {
    czxid: node.czxid,
    mzxid: node.mzxid,
    pzxid: node.pzxid,
    ctime: node.ctime,
    mtime: node.mtime,
    version: node.version,
    // Creates and deletes of children; the deletes are the creates that are no longer there.
    cversion: node.creates * 2 - node.children.size,
    aversion: 0,
    ephemeralOwner: node.owner,
    dataLength: node.data.length,
    numChildren: node.children.size,
  }
}
