import { checkInteger, checkNumber, MAX_COUNT } from '../check.ts'
import { partitioningErrors } from '../errors.ts'

/** A partition on its node. */
export interface PartitionLoad {
  readonly partition: number | string
  readonly node: string
  /** What it costs its node: records, requests, bytes per second. */
  readonly load: number
  /** What it costs to move, the load by default. */
  readonly bytes?: number | undefined
}

/** Limits of a {@link rebalancePlan}. */
export interface RebalanceOptions {
  /** The largest load of a node over the mean that is good enough, 1.05 by default. */
  readonly targetImbalance?: number | undefined
  readonly maxMoves?: number | undefined
  /** How many bytes may be moved in all. */
  readonly maxBytes?: number | undefined
  /** Nodes that may have no partition yet. */
  readonly nodes?: readonly string[] | undefined
}

/** A partition that should go to another node. */
export interface RebalanceMove {
  readonly partition: number | string
  readonly from: string
  readonly to: string
  readonly load: number
  readonly bytes: number
}

/** What to move, in this order: every step (a move, or two that exchange partitions) lowers the load of a full node. */
export interface RebalancePlan {
  readonly moves: readonly RebalanceMove[]
  /** The largest load of a node over the mean. */
  readonly imbalanceBefore: number
  readonly imbalanceAfter: number
  readonly bytes: number
  /** Whether the target is reached. */
  readonly reached: boolean
}

interface Item {
  readonly partition: number | string
  readonly load: number
  readonly bytes: number
}

interface Node {
  readonly id: string
  load: number
  items: Item[]
}

/**
 * Plans moves of partitions from full nodes to empty ones until no node has more than `targetImbalance` times the mean:
 * in each step from the fullest node what halves the distance to an emptier one best, or an exchange where nothing alone
 * fits. A plan by steps, not the best plan that there is.
 *
 * @example
 * ```ts
 * rebalancePlan(loads, { targetImbalance: 1.1, maxMoves: 20 }).moves
 * ```
 */
export function rebalancePlan(loads: readonly PartitionLoad[], options: RebalanceOptions = {}): RebalancePlan {
  const target = checkNumber('targetImbalance', options.targetImbalance ?? 1.05, 1)
  const maxMoves = checkInteger('maxMoves', options.maxMoves ?? MAX_COUNT, 0, MAX_COUNT)
  const maxBytes = options.maxBytes === undefined ? Infinity : checkNumber('maxBytes', options.maxBytes, 0)
  const nodes = nodesOf(loads, options.nodes ?? [])
  const mean = nodes.reduce((sum, { load }) => sum + load, 0) / nodes.length
  const imbalance = (): number => (mean > 0 ? Math.max(...nodes.map(({ load }) => load)) / mean : 1)
  const imbalanceBefore = imbalance()
  const moves: RebalanceMove[] = []
  let bytes = 0
  while (imbalance() > target) {
    const step = bestStep(nodes, { moves: maxMoves - moves.length, bytes: maxBytes - bytes })
    if (step === undefined) break
    for (const { from, to, item } of step) {
      from.items = from.items.filter((other) => other !== item)
      from.load -= item.load
      to.items.push(item)
      to.load += item.load
      bytes += item.bytes
      moves.push({ ...item, from: from.id, to: to.id })
    }
  }
  const imbalanceAfter = imbalance()
  return { moves, imbalanceBefore, imbalanceAfter, bytes, reached: imbalanceAfter <= target }
}

type Step = readonly { readonly from: Node; readonly to: Node; readonly item: Item }[]

/** The step that leaves the fullest node and its partner with the least load between them. */
function bestStep(nodes: readonly Node[], left: { readonly moves: number; readonly bytes: number }): Step | undefined {
  const from = nodes.reduce((fullest, node) => (node.load > fullest.load ? node : fullest))
  let best: Step | undefined
  let lowest = from.load
  const consider = (to: Node, items: readonly Item[], back: readonly Item[]): void => {
    const change = sum(items, 'load') - sum(back, 'load')
    const higher = Math.max(from.load - change, to.load + change)
    if (higher >= lowest * (1 - 1e-12) || items.length + back.length > left.moves) return
    if (sum(items, 'bytes') + sum(back, 'bytes') > left.bytes) return
    lowest = higher
    best = [...items.map((item) => ({ from, to, item })), ...back.map((item) => ({ from: to, to: from, item }))]
  }
  for (const to of nodes) {
    if (to !== from) for (const item of from.items) consider(to, [item], [])
  }
  if (best !== undefined) return best
  for (const to of nodes) {
    if (to !== from) for (const item of from.items) for (const other of to.items) consider(to, [item], [other])
  }
  return best
}

function nodesOf(loads: readonly PartitionLoad[], ids: readonly string[]): Node[] {
  const nodes = new Map<string, Node>()
  const nodeOf = (id: string): Node => {
    const node = nodes.get(id) ?? { id, load: 0, items: [] }
    nodes.set(id, node)
    return node
  }
  for (const id of ids) nodeOf(id)
  for (const { partition, node, load, bytes = load } of loads) {
    checkNumber(`load of partition ${partition}`, load, 0)
    checkNumber(`bytes of partition ${partition}`, bytes, 0)
    const owner = nodeOf(node)
    owner.load += load
    owner.items.push({ partition, load, bytes })
  }
  if (nodes.size === 0) {
    throw partitioningErrors.BAD_OPTION({ option: 'loads', value: loads, expected: 'at least one partition or node' })
  }
  return [...nodes.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

function sum(items: readonly Item[], what: 'load' | 'bytes'): number {
  return items.reduce((total, item) => total + item[what], 0)
}
