import { median, reaches, spreadOf, type Row } from '../harness/index.ts'

/** Two ways to do the same work; each call is one run and gives its nanoseconds of CPU time per record. */
export interface Pair {
  readonly work: string
  readonly rival: string
  readonly goal?: string
  readonly stretch?: true
  readonly ours: () => Promise<number>
  readonly theirs: () => Promise<number>
}

const ROUNDS = 5

/** Compares in interleaved pairs, after one run of each that does not count: how many times as much the rival costs. */
export async function comparePair({ work, rival, goal, stretch, ours, theirs }: Pair): Promise<Row> {
  const pairs: { readonly ours: number; readonly theirs: number }[] = []
  for (let round = -1; round < ROUNDS; round += 1) {
    const first = round % 2 === 0 ? await ours() : await theirs()
    const second = round % 2 === 0 ? await theirs() : await ours()
    if (round >= 0) pairs.push(round % 2 === 0 ? { ours: first, theirs: second } : { ours: second, theirs: first })
  }
  const ratios = pairs.map((pair) => pair.theirs / pair.ours)
  const ratio = median(ratios)
  return {
    work,
    rival,
    unit: 'ns',
    ours: median(pairs.map((pair) => pair.ours)),
    theirs: median(pairs.map((pair) => pair.theirs)),
    ratio,
    spread: spreadOf(ratios),
    ...(goal !== undefined && { goal, met: reaches(ratio, goal) }),
    ...(stretch && { stretch }),
  }
}
