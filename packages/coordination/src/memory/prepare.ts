import { checkPath, coordinatorErrors, parentPath, type Operation } from '@ringkeeper/core'
import { requirePermission, resolveAcl, type Identity } from './access.ts'
import type { Change, DataTree } from './data-tree.ts'
import type { TreeNode } from './node.ts'

/** Who writes. */
export interface Writer {
  readonly id: bigint
  readonly identities: readonly Identity[]
}

/** ZooKeeper's default for one request (jute.maxbuffer). */
const largestRequest = 1_048_575

/** Checks a write against the tree, in ZooKeeper's order. @throws the coded error of the first thing that is wrong. */
export function prepare(tree: DataTree, operation: Operation, writer: Writer): Change {
  switch (operation.type) {
    case 'create':
      return prepareCreate(tree, operation, writer)
    case 'set':
      return prepareSet(tree, operation, writer)
    case 'delete':
      return prepareDelete(tree, operation, writer)
    case 'check':
      return prepareCheck(tree, operation, writer)
  }
}

function prepareCreate(tree: DataTree, operation: Operation & { type: 'create' }, writer: Writer): Change {
  const { mode = 'persistent', data = new Uint8Array(), ttl = 0 } = operation
  const isSequential = mode.endsWith('-sequential')
  checkPath(operation.path, isSequential)
  const acl = resolveAcl(operation.acl, writer.identities, operation.path)
  checkSize(operation.path, data)
  const parent = tree.find(parentPath(operation.path))
  if (!parent) throw coordinatorErrors.NO_NODE({ path: parentPath(operation.path) })
  requirePermission(parent, 'create', writer.identities, operation.path)
  const path = isSequential ? operation.path + String(parent.creates).padStart(10, '0') : operation.path
  if (tree.find(path)) throw coordinatorErrors.NODE_EXISTS({ path })
  if (parent.owner !== 0n) throw coordinatorErrors.NO_CHILDREN_FOR_EPHEMERALS({ path })
  const kind = mode === 'container' ? 'container' : mode.startsWith('ttl') ? 'ttl' : 'plain'
  return {
    type: 'create',
    path,
    data: data.slice(),
    acl,
    kind,
    ttl,
    owner: mode.startsWith('ephemeral') ? writer.id : 0n,
  }
}

function prepareSet(tree: DataTree, operation: Operation & { type: 'set' }, writer: Writer): Change {
  const { path, data } = operation
  checkPath(path)
  checkSize(path, data)
  const node = tree.get(path)
  requirePermission(node, 'write', writer.identities, path)
  checkVersion(node, operation.version, path)
  return { type: 'set', path, data: data.slice() }
}

function prepareDelete(tree: DataTree, operation: Operation & { type: 'delete' }, writer: Writer): Change {
  const { path } = operation
  checkPath(path)
  if (path === '/') throw coordinatorErrors.INVALID_PATH({ path, reason: 'the root cannot be deleted' })
  const node = tree.get(path)
  requirePermission(tree.get(parentPath(path)), 'delete', writer.identities, path)
  checkVersion(node, operation.version, path)
  if (node.children.size > 0) throw coordinatorErrors.NOT_EMPTY({ path })
  return { type: 'delete', path }
}

function prepareCheck(tree: DataTree, operation: Operation & { type: 'check' }, writer: Writer): Change {
  const { path } = operation
  checkPath(path)
  const node = tree.get(path)
  requirePermission(node, 'read', writer.identities, path)
  checkVersion(node, operation.version, path)
  return { type: 'check', path }
}

function checkVersion(node: TreeNode, version: number | undefined, path: string): void {
  if (version !== undefined && version !== -1 && version !== node.version) throw coordinatorErrors.BAD_VERSION({ path })
}

function checkSize(path: string, data: Uint8Array): void {
  const bytes = data.length + path.length
  if (bytes > largestRequest) throw coordinatorErrors.TOO_LARGE({ path, bytes, limit: largestRequest })
}
