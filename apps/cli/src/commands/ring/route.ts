import type { CommandIo } from '@ringkeeper/command-line'
import { hashingErrors, type HashRing } from '@ringkeeper/hashing'
import type { Command } from 'commander'
import { readKeys } from '../../shared/keys.ts'
import { parseIds } from './nodes.ts'
import { parseCount } from '../../shared/parse-integer.ts'
import { addRingOptions, makeRing, type RingFlags } from './ring-options.ts'

type RouteFlags = RingFlags & { readonly replicas: number; readonly exclude?: string[] }

/** `ring route`: which node gets a key. */
export function addRoute(ring: Command, io: CommandIo): void {
  addRingOptions(ring.command('route [keys...]'))
    .description('Print the node of each key; keys are read from standard input, one a line, where none are given')
    .option('-n, --replicas <n>', 'how many nodes to print for a key, the owner first', parseCount, 1)
    .option('-x, --exclude <ids>', 'nodes that are down, separated by commas', parseIds)
    .action(async (given: string[], flags: RouteFlags) => {
      const router = makeRing(flags.nodes, flags)
      checkKnown(router, flags.exclude ?? [])
      const routes = (await readKeys(given)).map((key) => ({
        key,
        nodes: router.getN(key, flags.replicas, { exclude: flags.exclude }),
      }))
      if (flags.json === true) io.out(`${JSON.stringify(routes)}\n`)
      else for (const { key, nodes } of routes) io.out(`${key}\t${nodes.join(',')}\n`)
    })
}

/** Refuses ids that are no members: a slip would leave in who is down. */
function checkKnown({ members }: HashRing, ids: readonly string[]): void {
  const known = members.map(({ id }) => id)
  const node = ids.find((id) => !known.includes(id))
  if (node !== undefined) throw hashingErrors.UNKNOWN_NODE({ node, known })
}
