import { checkInteger, checkList, checkNumber, checkOptions, MAX_COUNT } from '../check.ts'
import { carry, nodesOf, type Item, type NodeLoad } from './node-loads.ts'
import { bestExchange, bestMove, higherAfter, type Step } from './rebalance-step.ts'

/** A partition on its node; each partition is given once. */
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
  /** How many partitions may be moved. */
  readonly maxMoves?: number | undefined
  /** How many bytes may be moved in all. */
  readonly maxBytes?: number | undefined
  /** Nodes that may have no partition yet. */
  readonly nodes?: readonly string[] | undefined
}

/** A partition that should go to another node. No partition has two moves. */
export interface RebalanceMove {
  readonly partition: number | string
  readonly from: string
  readonly to: string
  readonly load: number
  readonly bytes: number
}

/** What to move; what relieves the fullest nodes comes first. */
export interface RebalancePlan {
  readonly moves: readonly RebalanceMove[]
  /** The largest load of a node over the mean. */
  readonly imbalanceBefore: number
  readonly imbalanceAfter: number
  /** How many bytes are moved in all. */
  readonly bytes: number
  /** Whether the target is reached. */
  readonly reached: boolean
}

/** So many steps for each partition at most: enough for plans that are found, and an end for those that are not. */
const STEPS_PER_PARTITION = 4

/**
 * Plans moves of partitions from full nodes to empty ones until no node has more than `targetImbalance` times the mean.
 * A plan by steps, not the best plan that there is: in each step the fullest node gives the emptiest one the partition
 * that comes nearest to evening them out, or exchanges two partitions with some node where nothing alone fits. A node
 * that cannot be relieved is left as it is, and the plan goes on with the next one.
 *
 * Of p partitions on n nodes, q of them on the fullest one, a move is found in time O(n + log q), or O(n + q) where `maxBytes`
 * is short, and an exchange in O(n log n + n q + p). There are at most 4 p steps; mostly about as many as the plan has moves.
 *
 * @throws RK_PARTITIONING_BAD_OPTION for loads that are no numbers from 0 on, partitions that are given twice, no nodes
 * @example
 * ```ts
 * rebalancePlan(loads, { targetImbalance: 1.1, maxMoves: 20 }).moves
 * ```
 */
export function rebalancePlan(loads: readonly PartitionLoad[], options: RebalanceOptions = {}): RebalancePlan {
  checkList('loads', loads, 'a list of partitions, each with its node and load')
  checkOptions(options)
  const target = checkNumber('targetImbalance', options.targetImbalance ?? 1.05, 1)
  const maxMoves = checkInteger('maxMoves', options.maxMoves ?? MAX_COUNT, 0, MAX_COUNT)
  const maxBytes = options.maxBytes === undefined ? Infinity : checkNumber('maxBytes', options.maxBytes, 0)
  const nodes = nodesOf(loads, options.nodes ?? [])
  const mean = nodes.reduce((sum, { load }) => sum + load, 0) / nodes.length
  const imbalance = (): number => (mean > 0 ? fullest(nodes).load / mean : 1)
  const imbalanceBefore = imbalance()
  const moved = new Moved(maxMoves, maxBytes)
  const open = new Set(nodes)
  for (let steps = STEPS_PER_PARTITION * loads.length; steps > 0 && open.size > 0; steps--) {
    const from = fullest(open)
    if (from.load <= mean * target) break
    const step = bestStep(from, nodes, mean * target, moved)
    if (step === undefined) open.delete(from)
    else moved.take(step)
  }
  const imbalanceAfter = imbalance()
  return {
    moves: moved.moves(),
    imbalanceBefore,
    imbalanceAfter,
    bytes: moved.bytes,
    reached: imbalanceAfter <= target,
  }
}

/** What is not where it was, so that a partition which is taken on, or back, does not count twice. */
class Moved {
  bytes = 0
  readonly #now = new Map<Item, NodeLoad>()
  readonly #maxMoves: number
  readonly #maxBytes: number

  constructor(maxMoves: number, maxBytes: number) {
    this.#maxMoves = maxMoves
    this.#maxBytes = maxBytes
  }

  readonly fits = ({ from, to, item, back }: Step): boolean => {
    const there = change(item, from, to)
    const here = back === undefined ? 0 : change(back, to, from)
    const bytes = there * item.bytes + here * (back?.bytes ?? 0)
    return this.#now.size + there + here <= this.#maxMoves && this.bytes + bytes <= this.#maxBytes
  }

  take({ from, to, item, back }: Step): void {
    this.#carry(item, from, to)
    if (back !== undefined) this.#carry(back, to, from)
  }

  moves(): RebalanceMove[] {
    return Array.from(this.#now, ([{ partition, load, bytes, home }, node]) => {
      return { partition, from: home.id, to: node.id, load, bytes }
    })
  }

  #carry(item: Item, from: NodeLoad, to: NodeLoad): void {
    carry(item, from, to)
    this.bytes += change(item, from, to) * item.bytes
    if (to === item.home) this.#now.delete(item)
    else this.#now.set(item, to)
  }
}

/** By how many moves a plan gets longer: one less where the partition comes home, none where it goes elsewhere instead. */
function change({ home }: Item, from: NodeLoad, to: NodeLoad): number {
  return Number(to !== home) - Number(from !== home)
}

function bestStep(from: NodeLoad, nodes: readonly NodeLoad[], enough: number, { fits }: Moved): Step | undefined {
  const emptiest = nodes.reduce((least, node) => (node.load < least.load ? node : least))
  const move = bestMove(from, emptiest, fits)
  if (move !== undefined) return move
  let best: Step | undefined
  let lowest = from.load
  for (const to of nodes.toSorted((a, b) => a.load - b.load)) {
    if (to.load >= lowest || lowest <= enough) break
    const step = bestExchange(from, to, fits)
    if (step === undefined || higherAfter(step) >= lowest) continue
    best = step
    lowest = higherAfter(step)
  }
  return best
}

function fullest(nodes: Iterable<NodeLoad>): NodeLoad {
  let full: NodeLoad | undefined
  for (const node of nodes) if (full === undefined || node.load > full.load) full = node
  return full!
}
