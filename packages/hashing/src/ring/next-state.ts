import { checkedOptions, checkInteger } from '../check.ts'
import { checkedNodes, sortById, type Node, type NodeInput } from '../nodes.ts'
import { optionNames, ringSettings, type HashRingOptions } from './options.ts'
import type { Placement } from './placement.ts'
import { RingState } from './state.ts'

/** The state of a new ring. */
export function firstState(nodes: Iterable<NodeInput>, options: HashRingOptions): RingState {
  const { version = 0 } = checkedOptions(options, optionNames)
  checkInteger('version', version, 0, Number.MAX_SAFE_INTEGER)
  const settings = ringSettings(options)
  return new RingState(inOrder(checkedNodes(nodes), settings.placement), settings, version)
}

/** The state after another one, with other members. */
export function nextState(previous: RingState, nodes: Node[]): RingState {
  const { settings, version } = previous
  return new RingState(inOrder(nodes, settings.placement), settings, version + 1, { previous })
}

function inOrder(nodes: Node[], placement: Placement): readonly Node[] {
  return Object.freeze(placement.independent ? sortById(nodes) : nodes)
}
