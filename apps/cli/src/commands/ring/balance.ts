import type { CommandIo } from '@ringkeeper/command-line'
import type { HashRing } from '@ringkeeper/hashing'
import type { Command } from 'commander'
import { barChart, percent } from '../../shared/chart.ts'
import { readKeys, sampleKeys } from '../../shared/keys.ts'
import { addRingOptions, makeRing, type RingFlags } from './ring-options.ts'

/** What a node has and what its weight would give it. */
interface NodeShare {
  readonly node: string
  readonly weight: number
  readonly share: number
  readonly fair: number
  readonly keys?: number
}

const SAMPLE = 200_000

/** `ring balance`: how evenly nodes share keys. */
export function addBalance(ring: Command, io: CommandIo): void {
  addRingOptions(ring.command('balance [keys...]'))
    .description('Show the share of each node: of the given keys, of those on standard input, or of the whole ring')
    .action(async (given: string[], flags: RingFlags) => {
      const router = makeRing(flags.nodes, flags)
      const keys = await readKeys(given)
      const of = keys.length > 0 ? `${keys.length} keys` : ofEverything(flags)
      const shares = sharesOf(router, keys.length > 0 ? keys : sampleFor(flags))
      if (flags.json === true) io.out(`${JSON.stringify({ of, nodes: shares })}\n`)
      else io.out(textOf(shares, of))
    })
}

// Positions of 64 bits cannot be summed up, so a sample of keys stands in for the ring.
function sampleFor({ placement }: RingFlags): readonly string[] {
  return placement === 'envoy' ? sampleKeys(SAMPLE) : []
}

function ofEverything({ placement }: RingFlags): string {
  return placement === 'envoy' ? `a sample of ${SAMPLE} keys` : 'the ring'
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
  const worst = Math.max(0, ...shares.filter(({ fair }) => fair > 0).map(({ share, fair }) => share / fair))
  return `${barChart(lines)}\nshares of ${of}; most loaded: ${worst.toFixed(3)} times its fair share\n`
}

function deviation(ratio: number): string {
  const off = (ratio - 1) * 100
  return `${off < 0 ? '-' : '+'}${Math.abs(off).toFixed(1)} %`
}
