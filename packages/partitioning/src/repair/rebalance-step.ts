import { firstOfAtLeast, type Item, type NodeLoad } from './node-loads.ts'

/** Partitions that go from one node to another, and such that come back for them. */
export interface Step {
  readonly from: NodeLoad
  readonly to: NodeLoad
  readonly item: Item
  readonly back: Item | undefined
}

/** Whether the limits of a plan leave room for a step. */
export type Fits = (step: Step) => boolean

/** Less than this part of a load is no improvement but an error of the floating point. */
const NOTHING = 1e-12

/** The single move from a full node that leaves it and the emptiest one with the least load between them. */
export function bestMove(from: NodeLoad, to: NodeLoad, fits: Fits): Step | undefined {
  const { items } = from
  const ideal = (from.load - to.load) / 2
  let above = firstOfAtLeast(items, ideal)
  let below = above - 1
  // From the ideal load outwards: what is nearest is best.
  while (below >= 0 || above < items.length) {
    const takesBelow =
      above === items.length || (below >= 0 && ideal - items[below]!.load <= items[above]!.load - ideal)
    const item = items[takesBelow ? below-- : above++]!
    if (!improves(item.load, from, to)) return undefined
    const step: Step = { from, to, item, back: undefined }
    if (fits(step)) return step
  }
  return undefined
}

/**
 * The exchange of two partitions that leaves both nodes with the least load between them. Both lists are gone through
 * once, side by side; for each partition only those two are tried whose load is nearest to the ideal one.
 */
export function bestExchange(from: NodeLoad, to: NodeLoad, fits: Fits): Step | undefined {
  const ideal = (from.load - to.load) / 2
  let best: Step | undefined
  let nearest = Infinity
  let at = 0
  for (const item of from.items) {
    while (at < to.items.length && to.items[at]!.load < item.load - ideal) at++
    for (const back of to.items.slice(Math.max(0, at - 1), at + 1)) {
      const change = item.load - back.load
      const distance = Math.abs(change - ideal)
      if (distance >= nearest || !improves(change, from, to)) continue
      const step: Step = { from, to, item, back }
      if (!fits(step)) continue
      best = step
      nearest = distance
    }
  }
  return best
}

/** The load of the fuller one of both nodes after a step. */
export function higherAfter({ from, to, item, back }: Step): number {
  const change = item.load - (back?.load ?? 0)
  return Math.max(from.load - change, to.load + change)
}

function improves(change: number, from: NodeLoad, to: NodeLoad): boolean {
  return Math.max(from.load - change, to.load + change) < from.load * (1 - NOTHING)
}
