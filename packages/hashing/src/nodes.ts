import { hashingErrors } from './errors.ts'

/** A node as it is given: its id alone, or with what placement should know of it. */
export type NodeInput = string | NodeOptions

/** A node with what placement should know of it. */
export interface NodeOptions {
  /** What names the node everywhere and for good: its place depends on it alone. */
  readonly id: string
  /** Its share relative to the other nodes, 1 by default. 0 drains it: it stays a member and gets no key. */
  readonly weight?: number | undefined
  /** Where it stands (a rack, an availability zone), so that replicas can be spread over zones. */
  readonly zone?: string | undefined
}

/** A node as a router keeps it. */
export interface Node {
  readonly id: string
  readonly weight: number
  readonly zone?: string
}

/** Checks nodes and orders them by id (by UTF-16 code units), so that no result depends on the order of insertion. */
export function sortedNodes(inputs: Iterable<NodeInput>): Node[] {
  return sortById(checkedNodes(inputs))
}

/** Orders nodes by id, in place. */
export function sortById(nodes: Node[]): Node[] {
  return nodes.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/**
 * Checks nodes and keeps their order.
 *
 * @param check - what else is to be checked of each
 */
export function checkedNodes<Input extends NodeInput>(inputs: Iterable<Input>, check?: (input: Input) => void): Node[] {
  // A text would be taken for its letters, and an object for no nodes at all.
  if (typeof inputs === 'string' || !(Symbol.iterator in Object(inputs))) {
    throw hashingErrors.BAD_OPTION({ option: 'nodes', value: inputs, expected: 'a list of nodes' })
  }
  const seen = new Set<string>()
  return Array.from(inputs, (input) => {
    check?.(input)
    const node = checkedNode(input)
    if (seen.has(node.id)) throw hashingErrors.DUPLICATE_NODE({ node: node.id })
    seen.add(node.id)
    return node
  })
}

/** Checks nodes that are ids alone, and keeps their order: a weight would have no meaning. */
export function checkedIds(inputs: Iterable<string>): string[] {
  return checkedNodes(inputs, (id) => {
    if (typeof id !== 'string')
      throw hashingErrors.BAD_OPTION({ option: 'nodes', value: id, expected: 'ids, as strings' })
  }).map(({ id }) => id)
}

function checkedNode(input: NodeInput): Node {
  const given: NodeOptions = typeof input === 'string' ? { id: input } : input
  if (typeof given?.id !== 'string' || given.id === '') throw hashingErrors.BAD_NODE({ node: input })
  const { id, weight = 1, zone } = given
  if (typeof weight !== 'number' || !Number.isFinite(weight) || weight < 0) {
    throw hashingErrors.BAD_WEIGHT({ node: id, weight })
  }
  if (zone !== undefined && typeof zone !== 'string') {
    throw hashingErrors.BAD_OPTION({ option: `zone of node "${id}"`, value: zone, expected: 'a string' })
  }
  return Object.freeze(zone === undefined ? { id, weight } : { id, weight, zone })
}

/** The members with others besides. */
export function andNodes(members: readonly Node[], inputs: readonly NodeInput[]): Node[] {
  const added = checkedNodes(inputs)
  const known = new Set(members.map(({ id }) => id))
  const twice = added.find(({ id }) => known.has(id))
  if (twice !== undefined) throw hashingErrors.DUPLICATE_NODE({ node: twice.id })
  return [...members, ...added]
}

/** The members without some of them. */
export function withoutNodes(members: readonly Node[], ids: readonly string[]): Node[] {
  const gone = new Set(ids)
  const kept = members.filter(({ id }) => !gone.has(id))
  if (kept.length + gone.size !== members.length) {
    const known = members.map(({ id }) => id)
    throw hashingErrors.UNKNOWN_NODE({ node: ids.find((id) => !known.includes(id))!, known })
  }
  return kept
}

/** The members with others added, or put in the place of those of the same id. */
export function withNodes(members: readonly Node[], inputs: readonly NodeInput[]): Node[] {
  const given = new Map(checkedNodes(inputs).map((node) => [node.id, node]))
  const kept = members.map((node) => given.get(node.id) ?? node)
  for (const { id } of members) given.delete(id)
  return [...kept, ...given.values()]
}
