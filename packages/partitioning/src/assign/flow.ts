import { countOwners } from './partition-assignment.ts'
import type { Problem } from './problem.ts'

/** How many steps are spent on looking for a better solution before it is taken as it is. */
const BUDGET = 100_000_000

/** A cycle that lowers the cost by less than this is taken for an error of the floating point. */
const NOTHING = 1e-6

/** Costs up to here are wrong by less than a quarter of that; a cycle has two costs of loads: who gives, and who gets. */
const LARGEST = (NOTHING / 4) * 2 ** 51

/**
 * Improves an assignment until nothing can be improved: first its balance (the sum of squares of loads over weights), then
 * its mismatches, then its moves. An assignment is a flow of minimal cost exactly when no cycle of hand-overs lowers the
 * cost, so when none is left the assignment is proved to be the best.
 *
 * @returns whether that was reached within the budget, and costs were small enough to tell moves apart from errors of rounding
 */
export function improve(problem: Problem, owners: Int32Array): boolean {
  const { unit, isExact } = loadCost(problem)
  const counts = countOwners(owners, problem.weights.length)
  const takers = problem.sets.reduce((most, set) => Math.max(most, set.length), 0)
  const perGraph = takers * owners.length + problem.weights.length ** 2
  for (let left = BUDGET - perGraph; left > 0; left -= perGraph) {
    const graph = new HandOvers(problem, unit, owners, counts)
    const cycle = graph.negativeCycle()
    if (cycle === undefined) return isExact
    graph.apply(cycle, owners, counts)
    left -= graph.steps
  }
  return false
}

/**
 * What a unit of load costs, and whether what costs differ by is larger than what rounding them can be wrong by. On a way
 * past all members any change of balance should weigh more than mismatches. By equal weights it is 2 at least; else it may
 * be small, as 1/5 - 1/6 is, and the unit is as large as doubles allow.
 */
function loadCost({ live, weights }: Problem): { readonly unit: number; readonly isExact: boolean } {
  const unit = (weights.length + 1) ** 3
  const least = weights.reduce((lowest, weight) => (weight > 0 ? Math.min(lowest, weight) : lowest), Infinity)
  const highest = (unit * (2 * live.length + 1)) / least
  const isWhole = weights.every((weight) => weight === 0 || weight === 1)
  if (isWhole) return { unit, isExact: highest < 2 ** 52 }
  // Times a power of two, which rounds nothing.
  return { unit: unit * 2 ** Math.max(0, Math.floor(Math.log2(LARGEST / highest))), isExact: highest < LARGEST }
}

/** Who could give what to whom at which cost. Besides the members there is one node that a change of loads goes through. */
class HandOvers {
  /** How much work it was to look for a cycle. */
  steps = 0
  readonly #nodes: number
  readonly #costs: Float64Array
  readonly #partitions: Int32Array

  constructor(
    { live, weights, sets, setOf, mismatch }: Problem,
    loadUnit: number,
    owners: Int32Array,
    counts: Int32Array,
  ) {
    const members = weights.length
    const nodes = (this.#nodes = members + 1)
    this.#costs = new Float64Array(nodes * nodes).fill(Infinity)
    this.#partitions = new Int32Array(nodes * nodes).fill(-1)
    // On a way past all members, mismatches weigh more than moves.
    const perMismatch = nodes
    const cost = (partition: number, member: number): number => {
      const home = live[partition]!
      const move = home >= 0 && home !== member ? 1 : 0
      return mismatch === undefined ? move : move + perMismatch * mismatch(partition, member)
    }
    for (let partition = 0; partition < owners.length; partition++) {
      const owner = owners[partition]!
      if (owner < 0) continue
      const now = cost(partition, owner)
      for (const other of sets[setOf[partition]!]!) {
        if (other !== owner) this.#offer(owner, other, cost(partition, other) - now, partition)
      }
    }
    for (let member = 0; member < members; member++) {
      const weight = weights[member]!
      if (counts[member]! > 0) this.#offer(members, member, (-loadUnit * (2 * counts[member]! - 1)) / (weight || 1e-9))
      if (weight > 0) this.#offer(member, members, (loadUnit * (2 * counts[member]! + 1)) / weight)
    }
  }

  #offer(from: number, to: number, cost: number, partition = -1): void {
    const edge = from * this.#nodes + to
    if (cost >= this.#costs[edge]!) return
    this.#costs[edge] = cost
    this.#partitions[edge] = partition
  }

  /** The nodes of a cycle that lowers the cost; by Bellman and Ford. */
  negativeCycle(): number[] | undefined {
    const nodes = this.#nodes
    const distance = new Float64Array(nodes)
    const parent = new Int32Array(nodes).fill(-1)
    let last = -1
    for (let round = 0; round <= nodes; round++) {
      this.steps += nodes * nodes
      last = -1
      for (let from = 0; from < nodes; from++) {
        for (let to = 0; to < nodes; to++) {
          const reached = distance[from]! + this.#costs[from * nodes + to]!
          if (reached >= distance[to]! - NOTHING) continue
          distance[to] = reached
          parent[to] = from
          last = to
        }
      }
      if (last < 0) return undefined
    }
    for (let i = 0; i < nodes; i++) last = parent[last]!
    const cycle = [last]
    for (let node = parent[last]!; node !== last; node = parent[node]!) cycle.push(node)
    return cycle.reverse()
  }

  apply(cycle: readonly number[], owners: Int32Array, counts: Int32Array): void {
    for (const [i, from] of cycle.entries()) {
      const to = cycle[(i + 1) % cycle.length]!
      const partition = this.#partitions[from * this.#nodes + to]!
      if (partition < 0) continue
      owners[partition] = to
      counts[from]!--
      counts[to]!++
    }
  }
}
