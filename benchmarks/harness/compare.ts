import { median, spreadOf, verdict, type Row } from './row.ts'

/** One side of a comparison. */
export interface Side {
  /** How many items one run works through; the slower side may get fewer. */
  readonly items: number
  /** Does the work once. What it returns is dropped, but must depend on the work, so that none of it is optimised away. */
  readonly run: () => unknown
}

/** Two ways to do the same work. */
export interface Comparison extends Contest {
  readonly ours: Side
  readonly theirs: Side
}

/** What is compared, and what is hoped for. */
export interface Contest {
  readonly work: string
  readonly rival: string
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
export function compare({ ours, theirs, ...contest }: Comparison): Promise<Row> {
  return compareCosts(
    contest,
    () => cpuPerItem(ours),
    () => cpuPerItem(theirs),
  )
}

/** {@link compare}, where each side measures itself: a call is one run and gives its nanoseconds per item. */
export async function compareCosts(
  { work, rival, goal, stretch = false, rounds = 5 }: Contest,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Row> {
  await ours()
  await theirs()
  const pairs: { readonly ours: number; readonly theirs: number }[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const first = await ours()
      pairs.push({ ours: first, theirs: await theirs() })
    } else {
      const first = await theirs()
      pairs.push({ ours: await ours(), theirs: first })
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
