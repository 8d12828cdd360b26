import type { CreateMode, Operation } from '@ringkeeper/core'

/** A node of the model. */
interface ModelNode {
  data: string
  version: number
  owner: number | undefined
  creates: number
  deletes: number
}

/** What a client sees of a node. */
export interface ModelStat {
  readonly version: number
  readonly cversion: number
  readonly numChildren: number
  readonly owner: number | undefined
}

export type ModelOutcome = { readonly paths: readonly string[] } | { readonly code: string; readonly index: number }

/** The tree in its simplest form: slow, without transactions or watches, but right. */
export class Model {
  #nodes = new Map<string, ModelNode>([['/', newNode('', undefined)]])
  /** What a recursive watch on the root must tell. */
  events: string[] = []

  /** Applies operations by working on a copy. */
  apply(session: number, operations: readonly Operation[]): ModelOutcome {
    const before = this.#nodes
    const eventsBefore = this.events
    this.#nodes = structuredClone(before)
    this.events = [...eventsBefore]
    const paths: string[] = []
    for (const [index, operation] of operations.entries()) {
      const outcome = this.#step(session, operation)
      if (outcome.startsWith('/')) paths.push(outcome)
      else {
        this.#nodes = before
        this.events = eventsBefore
        return { code: `RK_CORE_${outcome}`, index }
      }
    }
    return { paths }
  }

  endSession(session: number): void {
    const own = [...this.#nodes].filter(([, node]) => node.owner === session).map(([path]) => path)
    for (const path of own.sort()) this.#delete(path)
  }

  paths(): string[] {
    return [...this.#nodes.keys()].filter((path) => path !== '/').sort()
  }

  stat(path: string): ModelStat | undefined {
    const node = this.#nodes.get(path)
    if (!node) return undefined
    const { version, owner, creates, deletes } = node
    return { version, owner, cversion: creates + deletes, numChildren: creates - deletes }
  }

  data(path: string): string | undefined {
    return this.#nodes.get(path)?.data
  }

  /** The path, or the error's name. */
  #step(session: number, operation: Operation): string {
    const { path } = operation
    if (operation.type === 'create') return this.#create(session, path, operation.mode ?? 'persistent', operation.data)
    const node = this.#nodes.get(path)
    if (!node) return 'NO_NODE'
    if (operation.version !== undefined && operation.version !== node.version) return 'BAD_VERSION'
    if (operation.type === 'set') {
      node.data = new TextDecoder().decode(operation.data)
      node.version += 1
      this.events.push(`changed ${path}`)
    }
    if (operation.type === 'delete') {
      if (node.creates > node.deletes) return 'NOT_EMPTY'
      this.#delete(path)
    }
    return path
  }

  #create(session: number, prefix: string, mode: CreateMode, data: Uint8Array | undefined): string {
    const parent = this.#nodes.get(parentOf(prefix))
    if (!parent) return 'NO_NODE'
    const path = mode.endsWith('sequential') ? prefix + String(parent.creates).padStart(10, '0') : prefix
    if (this.#nodes.has(path)) return 'NODE_EXISTS'
    if (parent.owner !== undefined) return 'NO_CHILDREN_FOR_EPHEMERALS'
    parent.creates += 1
    this.#nodes.set(path, newNode(new TextDecoder().decode(data), mode.startsWith('ephemeral') ? session : undefined))
    this.events.push(`created ${path}`)
    return path
  }

  #delete(path: string): void {
    this.#nodes.delete(path)
    const parent = this.#nodes.get(parentOf(path))
    if (parent) parent.deletes += 1
    this.events.push(`deleted ${path}`)
  }
}

function newNode(data: string, owner: number | undefined): ModelNode {
  return { data, version: 0, owner, creates: 0, deletes: 0 }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}
