import type { Key, Router } from '@ringkeeper/core'
import { checkInteger } from './check.ts'
import { sortedNodes, withNodes, withoutNodes, type Node, type NodeInput } from './nodes.ts'

/** A router that depends on the set of its weighted nodes alone: what Rendezvous and Maglev share. */
export abstract class SetRouter<Self> implements Router<string> {
  /** All members, also drained ones, ordered by id. */
  readonly members: readonly Node[]
  /** The ids of the nodes that can own keys, ordered. */
  readonly nodes: readonly string[]
  /** Grows by one with every change. */
  readonly version: number
  /**
   * Tells members of a cluster whether they place alike: equal for the same nodes, weights and options, in whatever order
   * they came; otherwise different, but by chance. Neither the version nor drained nodes count. An unsigned 32-bit number.
   */
  abstract readonly checksum: number

  protected constructor(nodes: Iterable<NodeInput>, version: number) {
    this.members = Object.freeze(sortedNodes(nodes))
    this.nodes = Object.freeze(liveOf(this.members).map(({ id }) => id))
    this.version = version
    checkInteger('version', version, 0, Number.MAX_SAFE_INTEGER)
  }

  abstract get(key: Key): string | undefined
  abstract getN(key: Key, count: number): string[]
  protected abstract made(nodes: readonly NodeInput[], version: number): Self

  /**
   * With these nodes as well.
   *
   * @throws RK_HASHING_DUPLICATE_NODE where one is a member already
   */
  add(...nodes: NodeInput[]): Self {
    return this.made([...this.members, ...nodes], this.version + 1)
  }

  /**
   * Without these nodes.
   *
   * @throws RK_HASHING_UNKNOWN_NODE where one is no member
   */
  remove(...ids: string[]): Self {
    return this.made(withoutNodes(this.members, ids), this.version + 1)
  }

  /** With these nodes added, or in the place of the members of the same id (another weight). */
  with(...nodes: NodeInput[]): Self {
    return this.made(withNodes(this.members, nodes), this.version + 1)
  }
}

/** The members that can own keys. */
export function liveOf(members: readonly Node[]): readonly Node[] {
  return members.filter(({ weight }) => weight > 0)
}
