import { coordinatorErrors, parentPath, type AclEntry } from '@ringkeeper/core'
import type { TreeNode } from './node.ts'

/** A write that was checked and can only succeed. */
export type Change =
  | {
      readonly type: 'create'
      readonly path: string
      readonly data: Uint8Array
      readonly acl: readonly AclEntry[] | undefined
      readonly kind: TreeNode['kind']
      readonly ttl: number
      readonly owner: bigint
    }
  | { readonly type: 'set'; readonly path: string; readonly data: Uint8Array }
  | { readonly type: 'delete'; readonly path: string }
  | { readonly type: 'check'; readonly path: string }
  | { readonly type: 'end-session'; readonly sessionId: bigint }

/** Changes that were applied together. */
export interface Commit {
  readonly zxid: bigint
  readonly time: number
  readonly changes: readonly Change[]
}

/** The nodes of one server. */
export class DataTree {
  zxid: bigint
  readonly #nodes: Map<string, TreeNode>
  /** Paths by session. */
  readonly #ephemerals: Map<bigint, Set<string>>

  constructor(source?: DataTree) {
    this.zxid = source?.zxid ?? 0n
    this.#nodes = new Map()
    this.#ephemerals = new Map()
    if (!source)
      this.#nodes.set('/', newNode({ data: new Uint8Array(), acl: undefined, kind: 'plain', ttl: 0, owner: 0n }, 0n, 0))
    else {
      for (const [path, node] of source.#nodes) this.#nodes.set(path, { ...node, children: new Set(node.children) })
      for (const [session, paths] of source.#ephemerals) this.#ephemerals.set(session, new Set(paths))
    }
  }

  find(path: string): TreeNode | undefined {
    return this.#nodes.get(path)
  }

  /** @throws `RK_CORE_NO_NODE`. */
  get(path: string): TreeNode {
    const node = this.#nodes.get(path)
    if (!node) throw coordinatorErrors.NO_NODE({ path })
    return node
  }

  entries(): IterableIterator<[string, TreeNode]> {
    return this.#nodes.entries()
  }

  /** Paths of a session's ephemeral nodes, sorted. */
  ephemeralsOf(sessionId: bigint): string[] {
    return [...(this.#ephemerals.get(sessionId) ?? [])].sort()
  }

  /** Applies a change and gives what undoes it. */
  apply(change: Change, zxid: bigint, time: number): () => void {
    switch (change.type) {
      case 'create':
        return this.#create(change, zxid, time)
      case 'set':
        return this.#set(change.path, change.data, zxid, time)
      case 'delete':
        return this.#delete(change.path, zxid)
      default:
        return () => {}
    }
  }

  #create(change: Change & { type: 'create' }, zxid: bigint, time: number): () => void {
    const { path, owner } = change
    const parent = this.get(parentPath(path))
    const { pzxid, creates } = parent
    this.#link(path, newNode(change, zxid, time), parent)
    parent.pzxid = zxid
    parent.creates += 1
    return () => {
      this.#unlink(path, owner, parent)
      Object.assign(parent, { pzxid, creates })
    }
  }

  #set(path: string, data: Uint8Array, zxid: bigint, time: number): () => void {
    const node = this.get(path)
    const { data: oldData, mzxid, mtime, version } = node
    Object.assign(node, { data, mzxid: zxid, mtime: time, version: version + 1 })
    return () => void Object.assign(node, { data: oldData, mzxid, mtime, version })
  }

  #delete(path: string, zxid: bigint): () => void {
    const node = this.get(path)
    const parent = this.get(parentPath(path))
    const { pzxid } = parent
    this.#unlink(path, node.owner, parent)
    parent.pzxid = zxid
    return () => {
      this.#link(path, node, parent)
      parent.pzxid = pzxid
    }
  }

  #link(path: string, node: TreeNode, parent: TreeNode): void {
    this.#nodes.set(path, node)
    parent.children.add(nameOf(path))
    if (node.owner === 0n) return
    const own = this.#ephemerals.get(node.owner)
    if (own) own.add(path)
    else this.#ephemerals.set(node.owner, new Set([path]))
  }

  #unlink(path: string, owner: bigint, parent: TreeNode): void {
    this.#nodes.delete(path)
    parent.children.delete(nameOf(path))
    if (owner === 0n) return
    const own = this.#ephemerals.get(owner)
    own?.delete(path)
    if (own?.size === 0) this.#ephemerals.delete(owner)
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function newNode(
  from: Pick<TreeNode, 'data' | 'acl' | 'kind' | 'ttl' | 'owner'>,
  zxid: bigint,
  time: number,
): TreeNode {
  const { data, acl, kind, ttl, owner } = from
  return {
    data,
    acl,
    kind,
    ttl,
    owner,
    czxid: zxid,
    mzxid: zxid,
    pzxid: zxid,
    ctime: time,
    mtime: time,
    version: 0,
    creates: 0,
    children: new Set(),
  }
}
