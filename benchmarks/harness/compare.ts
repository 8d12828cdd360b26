import { median, spreadOf, verdict, type Row } from './row.ts'

/** One side of a comparison. */
export interface Side {
  /** How many items one run works through; the slower side may get fewer. */
  readonly items: number
  /** Does the work once. What it returns is dropped, but must depend on the work, so that none of it is optimised away. */
  readonly run: () => unknown
}

/** Two ways to do the same work. */
export interface Comparison {
  readonly work: string
  readonly rival: string
  readonly ours: Side
  readonly theirs: Side
  /** Such as ">= 50": theirs / ours. With "<=": ours / theirs. */
  readonly goal?: string
  readonly stretch?: boolean
  /** How many measured alternations, five by default. */
  readonly rounds?: number
}

/**
 * Compares CPU time per item in interleaved pairs: ours, theirs, theirs, ours, and so on, so that what else the machine
 * does weighs on both sides alike. The ratio is the median of the pairs' ratios. One round before them warms up.
 */
export async function compare({
  work,
  rival,
  ours,
  theirs,
  goal,
  stretch = false,
  rounds = 5,
}: Comparison): Promise<Row> {
  await cpuPerItem(ours)
  await cpuPerItem(theirs)
  const pairs: { readonly ours: number; readonly theirs: number }[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const first = await cpuPerItem(ours)
      pairs.push({ ours: first, theirs: await cpuPerItem(theirs) })
    } else {
      const first = await cpuPerItem(theirs)
      pairs.push({ ours: await cpuPerItem(ours), theirs: first })
    }
  }
  const asCost = goal?.startsWith('<=') === true
  const ratios = pairs.map((pair) => (asCost ? pair.ours / pair.theirs : pair.theirs / pair.ours))
  const ratio = median(ratios)
  return {
    work,
    rival,
    unit: 'ns',
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
    ratio,
    spread: spreadOf(ratios),
    ...verdict(ratio, goal, stretch),
  }
}

/** Nanoseconds of CPU time per item, over all threads of this process. */
export async function cpuPerItem({ items, run }: Side): Promise<number> {
  const before = process.cpuUsage()
  await run()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / items
}
