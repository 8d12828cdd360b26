import type { CommandIo } from '@ringkeeper/command-line'
import type { HashRing } from '@ringkeeper/hashing'
import type { Command } from 'commander'
import { barChart, percent } from '../../shared/chart.ts'
import { readKeys } from '../../shared/keys.ts'
import { addRingOptions, makeRing, type RingFlags } from './ring-options.ts'
import { scopeOf } from './scope.ts'

/** What a node has and what its weight would give it. */
interface NodeShare {
  readonly node: string
  readonly weight: number
  readonly share: number
  readonly fair: number
  readonly keys?: number
}

/** `ring balance`: how evenly nodes share keys. */
export function addBalance(ring: Command, io: CommandIo): void {
  addRingOptions(ring.command('balance [keys...]'))
    .description('Show the share of each node: of the given keys, of those on standard input, or of the whole ring')
    .action(async (given: string[], flags: RingFlags) => {
      const router = makeRing(flags.nodes, flags)
      const { keys, of } = scopeOf(await readKeys(given), flags)
      const shares = sharesOf(router, keys)
      if (flags.json === true) io.out(`${JSON.stringify({ of, nodes: shares })}\n`)
      else io.out(textOf(shares, of))
    })
}

function sharesOf(router: HashRing, keys: readonly string[]): NodeShare[] {
  const weights = new Map(router.members.map(({ id, weight }) => [id, weight]))
  const total = router.members.reduce((sum, { weight }) => sum + weight, 0)
  const counts = new Map(router.members.map(({ id }) => [id, 0]))
  for (const key of keys) {
    const node = router.get(key)
    if (node !== undefined) counts.set(node, counts.get(node)! + 1)
  }
  const shares = keys.length === 0 ? router.shares() : undefined
  return [...weights].map(([node, weight]) => {
    const fair = total === 0 ? 0 : weight / total
    if (shares !== undefined) return { node, weight, fair, share: shares.get(node) ?? 0 }
    return { node, weight, fair, share: counts.get(node)! / keys.length, keys: counts.get(node)! }
  })
}

function textOf(shares: readonly NodeShare[], of: string): string {
  const lines = shares.map(({ node, share, fair, keys }) => ({
    label: node,
    value: share,
    text: `${keys === undefined ? '' : `${keys}  `}${percent(share)}${fair > 0 ? `  ${deviation(share / fair)}` : ''}`,
  }))
  const worst = shares.reduce((most, { share, fair }) => (fair > 0 ? Math.max(most, share / fair) : most), 0)
  return `${barChart(lines)}\nshares of ${of}; most loaded: ${worst.toFixed(3)} times its fair share\n`
}

function deviation(ratio: number): string {
  const off = (ratio - 1) * 100
  return `${off < 0 ? '-' : '+'}${Math.abs(off).toFixed(1)} %`
}
