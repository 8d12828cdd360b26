import { checkNumber } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import type { PartitionLoad } from './rebalance-plan.ts'

/** A partition while a plan is made. */
export interface Item {
  readonly partition: number | string
  readonly load: number
  readonly bytes: number
  /** The node that has it now, before the plan. */
  readonly home: NodeLoad
}

/** A node while a plan is made. */
export interface NodeLoad {
  readonly id: string
  load: number
  /** Its partitions, those of the least load first. */
  readonly items: Item[]
}

/** The nodes with what they have, in the order of their ids. */
export function nodesOf(loads: readonly PartitionLoad[], ids: readonly string[]): NodeLoad[] {
  const nodes = new Map<string, NodeLoad>()
  const nodeOf = (id: string): NodeLoad => {
    if (typeof id !== 'string' || id === '') {
      throw partitioningErrors.BAD_OPTION({ option: 'node', value: id, expected: 'a non-empty string' })
    }
    const node = nodes.get(id) ?? { id, load: 0, items: [] }
    nodes.set(id, node)
    return node
  }
  for (const id of ids) nodeOf(id)
  const seen = new Set<number | string>()
  for (const { partition, node, load, bytes = load } of loads) {
    checkNumber(`load of partition ${partition}`, load, 0)
    checkNumber(`bytes of partition ${partition}`, bytes, 0)
    if (seen.has(partition)) {
      throw partitioningErrors.BAD_OPTION({ option: 'loads', value: partition, expected: 'each partition once' })
    }
    seen.add(partition)
    const home = nodeOf(node)
    home.load += load
    home.items.push({ partition, load, bytes, home })
  }
  if (nodes.size === 0) {
    throw partitioningErrors.BAD_OPTION({ option: 'loads', value: loads, expected: 'at least one partition or node' })
  }
  for (const { items } of nodes.values()) items.sort((a, b) => a.load - b.load)
  return [...nodes.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Where among items the first one of at least this load lies. */
export function firstOfAtLeast(items: readonly Item[], load: number): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (items[middle]!.load < load) low = middle + 1
    else high = middle
  }
  return low
}

/** Takes an item from one node to another. */
export function carry(item: Item, from: NodeLoad, to: NodeLoad): void {
  from.items.splice(from.items.indexOf(item, firstOfAtLeast(from.items, item.load)), 1)
  from.load -= item.load
  to.items.splice(firstOfAtLeast(to.items, item.load), 0, item)
  to.load += item.load
}
