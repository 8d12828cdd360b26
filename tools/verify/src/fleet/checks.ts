import type { Written } from './written.ts'

/** What a worker that was killed left behind. */
export interface Killed {
  readonly worker: string
  /** Per partition that it owned: the offset committed at the kill. */
  readonly committed: ReadonlyMap<number, number>
}

/** One ownership of a partition, as its writes show it. */
export interface Tenure {
  readonly partition: number
  readonly worker: string
  readonly token: bigint
  /** Times of its first and last write. */
  readonly from: number
  readonly to: number
}

/** Records of the source that no file has. */
export function lost(written: readonly Written[], ends: ReadonlyMap<number, number>): number {
  const seen = new Map([...ends].map(([partition, end]) => [partition, new Uint8Array(end)]))
  for (const { partition, offset } of written) {
    const offsets = seen.get(partition)
    if (offsets && offset < offsets.length) offsets[offset] = 1
  }
  let missing = 0
  for (const offsets of seen.values()) for (const flag of offsets) if (flag === 0) missing += 1
  return missing
}

/** Records written again: in all, and those that no kill explains. */
export function duplicates(
  written: readonly Written[],
  killed: readonly Killed[],
): { all: number; unexplained: number } {
  const seen = new Set<string>()
  let all = 0
  let unexplained = 0
  for (const { partition, offset } of written) {
    const id = `${partition}:${offset}`
    if (!seen.has(id)) {
      seen.add(id)
      continue
    }
    all += 1
    const isExplained = killed.some(({ committed }) => offset >= (committed.get(partition) ?? Infinity))
    if (!isExplained) unexplained += 1
  }
  return { all, unexplained }
}

/**
 * Records that come after a later one of the same key. Within one ownership the order in the file counts; ownerships
 * follow each other by token. A new owner may write again what an earlier one wrote, in order; what nobody had written
 * must come after all that was written of its key.
 */
export function orderViolations(written: readonly Written[]): number {
  const byToken = Map.groupBy(written, ({ token, partition }) => `${partition}/${token}`)
  const tenures = [...byToken.values()].toSorted((a, b) => compare((a[0] as Written).token, (b[0] as Written).token))
  const seen = new Map<string, Set<number>>()
  const newest = new Map<string, number>()
  let violations = 0
  for (const records of tenures) {
    const last = new Map<string, number>()
    for (const { partition, key, offset } of records) {
      const id = `${partition}/${key}`
      const offsets = seen.get(id) ?? new Set()
      const isBehind = !offsets.has(offset) && offset < (newest.get(id) ?? -1)
      if (offset <= (last.get(id) ?? -1) || isBehind) violations += 1
      last.set(id, offset)
      newest.set(id, Math.max(offset, newest.get(id) ?? -1))
      seen.set(id, offsets.add(offset))
    }
  }
  return violations
}

/** Each ownership of each partition, in the order of tokens. */
export function tenures(written: readonly Written[]): Tenure[] {
  const found = new Map<string, { partition: number; worker: string; token: bigint; from: number; to: number }>()
  for (const { partition, worker, token, at } of written) {
    const id = `${partition}/${token}`
    const tenure = found.get(id)
    if (!tenure) found.set(id, { partition, worker, token, from: at, to: at })
    else {
      tenure.from = Math.min(tenure.from, at)
      tenure.to = Math.max(tenure.to, at)
    }
  }
  return [...found.values()].toSorted((a, b) => a.partition - b.partition || compare(a.token, b.token))
}

/** Ownerships that began before the one with the lower token had ended, or that share a token between two workers. */
export function overlaps(all: readonly Tenure[]): number {
  let count = 0
  for (const [index, tenure] of all.entries()) {
    const previous = all[index - 1]
    if (previous?.partition === tenure.partition && tenure.from < previous.to) count += 1
  }
  return count
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
