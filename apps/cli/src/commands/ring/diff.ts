import type { CommandIo } from '@ringkeeper/command-line'
import type { HashRing, KeyMove, NodeInput } from '@ringkeeper/hashing'
import type { Command } from 'commander'
import { barChart, percent } from '../../shared/chart.ts'
import { readKeys } from '../../shared/keys.ts'
import { parseIds, parseNodes } from './nodes.ts'
import { addRingOptions, makeRing, type RingFlags } from './ring-options.ts'
import { scopeOf } from './scope.ts'

type DiffFlags = RingFlags & {
  readonly to?: NodeInput[]
  readonly add?: NodeInput[]
  readonly remove?: string[]
  readonly list?: boolean
}

/** How much moves from one node to another. */
interface Move {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly share: number
}

/** `ring diff`: what a change of nodes would move. */
export function addDiff(ring: Command, io: CommandIo): void {
  addRingOptions(ring.command('diff [keys...]'))
    .description(
      'Show what a change of nodes would move: of the given keys, of those on standard input, or of the ring',
    )
    .option('-t, --to <nodes>', 'the nodes afterwards', parseNodes)
    .option('-a, --add <nodes>', 'nodes to add, or to give another weight', parseNodes)
    .option('-r, --remove <ids>', 'nodes to take out, separated by commas', parseIds)
    .option('-l, --list', 'list every key that moves, with the node before and after')
    .action(async (given: string[], flags: DiffFlags, command: Command) => {
      if (flags.to === undefined && flags.add === undefined && flags.remove === undefined) {
        command.error('error: a change of nodes is needed: give --to, --add or --remove')
      }
      const before = makeRing(flags.nodes, flags)
      const after = changed(before, flags)
      const listed = await readKeys(given)
      if (flags.list === true) {
        if (listed.length === 0) command.error('error: --list needs keys: give them, or one a line on standard input')
        return io.out(listOf(movedKeys(before, after, listed), flags))
      }
      const { keys, of } = scopeOf(listed, flags)
      const moves = keys.length > 0 ? movesOfKeys(before, after, keys) : movesOfRing(before, after)
      const moved = moves.reduce((sum, { share }) => sum + share, 0)
      io.out(flags.json === true ? `${JSON.stringify({ of, moved, moves })}\n` : textOf(moves, moved, of))
    })
}

function changed(before: HashRing, flags: DiffFlags): HashRing {
  const start = flags.to === undefined ? before : makeRing(flags.to, flags)
  const without = flags.remove === undefined ? start : start.remove(...flags.remove)
  return flags.add === undefined ? without : without.with(...flags.add)
}

function movesOfRing(before: HashRing, after: HashRing): Move[] {
  return collect(
    before.diff(after).map(({ first, last, from, to }) => ({ from, to, share: (last - first + 1) / 0x1_0000_0000 })),
  )
}

function movesOfKeys(before: HashRing, after: HashRing, keys: readonly string[]): Move[] {
  return collect(movedKeys(before, after, keys).map(({ from, to }) => ({ from, to, share: 1 / keys.length })))
}

function movedKeys(before: HashRing, after: HashRing, keys: readonly string[]): KeyMove[] {
  return keys.map((key) => ({ key, from: before.get(key), to: after.get(key) })).filter(({ from, to }) => from !== to)
}

/** One move for each pair of nodes, the largest first. */
function collect(moves: readonly Move[]): Move[] {
  const pairs = new Map<string, Move>()
  for (const { from, to, share } of moves) {
    const pair = JSON.stringify([from, to])
    pairs.set(pair, { from, to, share: (pairs.get(pair)?.share ?? 0) + share })
  }
  return [...pairs.values()].sort((a, b) => b.share - a.share)
}

function textOf(moves: readonly Move[], moved: number, of: string): string {
  if (moves.length === 0) return `nothing moves of ${of}\n`
  const lines = moves.map(({ from, to, share }) => ({
    label: `${from ?? '(none)'} -> ${to ?? '(none)'}`,
    value: share,
    text: percent(share),
  }))
  return `${barChart(lines)}\n${percent(moved)} of ${of} would move\n`
}

function listOf(moves: readonly KeyMove[], { json }: DiffFlags): string {
  if (json === true) return `${JSON.stringify(moves)}\n`
  return moves.map(({ key, from, to }) => `${key}\t${from ?? ''}\t${to ?? ''}\n`).join('')
}
