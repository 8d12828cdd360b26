import { HashRing, placementNames, type HashRingOptions, type NodeInput, type PlacementName } from '@ringkeeper/hashing'
import { Option, type Command } from 'commander'
import { parseCount, parseInteger } from '../../shared/parse-integer.ts'
import { nodesHelp, parseNodes } from './nodes.ts'

/** The options that all ring commands share. */
export interface RingFlags {
  readonly nodes: NodeInput[]
  readonly placement: PlacementName
  readonly points?: number
  readonly seed?: number
  readonly json?: boolean
}

export function addRingOptions(command: Command): Command {
  return command
    .requiredOption('-N, --nodes <nodes>', nodesHelp, parseNodes)
    .addOption(
      new Option('-p, --placement <name>', 'place as this program does').choices(placementNames).default('modern'),
    )
    .option('--points <n>', 'points of a node of weight 1, for modern', parseCount)
    .option('--seed <n>', 'seed, for modern', parseInteger)
    .option('--json', 'print JSON')
}

export function makeRing(nodes: readonly NodeInput[], { placement, points, seed }: RingFlags): HashRing {
  const options: HashRingOptions = { placement, pointsPerWeight: points, seed }
  return new HashRing(nodes, options)
}
