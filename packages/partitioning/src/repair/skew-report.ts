import { checkInteger, checkOptions, checkSizes, MAX_COUNT } from '../check.ts'
import type { FrequentKey, SpaceSaving } from '../hot/space-saving.ts'

/** How unevenly loads are shared out. */
export interface SkewReport<K> {
  readonly partitions: number
  readonly total: number
  readonly mean: number
  readonly least: number
  readonly most: number
  /** The largest load over the mean: how much longer the slowest partition takes. 1 is even. */
  readonly maxOverMean: number
  /** The load that 99 in 100 partitions do not exceed, over the mean. */
  readonly p99OverMean: number
  /** 0 where all are alike, towards 1 where one has everything. */
  readonly gini: number
  /** Partitions without load. */
  readonly empty: number
  /** The partitions of the largest loads, the largest first. */
  readonly largest: readonly { readonly partition: number; readonly load: number }[]
  /** The most frequent keys, with their share of all; empty where no keys were counted. */
  readonly topKeys: readonly (FrequentKey<K> & { readonly share: number })[]
}

/**
 * Says how skewed loads are, in records, bytes or anything else that adds up.
 *
 * @param options - `keys` has counted the keys; `top` says how many keys and partitions to list, 10 by default
 */
export function skewReport<K = string>(
  loads: ArrayLike<number>,
  options: { readonly keys?: SpaceSaving<K> | undefined; readonly top?: number | undefined } = {},
): SkewReport<K> {
  checkOptions(options)
  const { keys, top = 10 } = options
  checkInteger('top', top, 0, MAX_COUNT)
  checkSizes('loads', loads)
  const sorted = Float64Array.from(loads).sort()
  const count = sorted.length
  let total = 0
  let weighted = 0
  for (let i = 0; i < count; i++) {
    total += sorted[i]!
    weighted += (i + 1) * sorted[i]!
  }
  const mean = count === 0 ? 0 : total / count
  const overMean = (load: number | undefined): number => (total === 0 ? 1 : load! / mean)
  const order = Array.from({ length: count }, (_, partition) => partition).sort(
    (a, b) => loads[b]! - loads[a]! || a - b,
  )
  return {
    partitions: count,
    total,
    mean,
    least: sorted[0] ?? 0,
    most: sorted[count - 1] ?? 0,
    maxOverMean: overMean(sorted[count - 1]),
    p99OverMean: overMean(sorted[Math.ceil(count * 0.99) - 1]),
    gini: total === 0 ? 0 : (2 * weighted) / (count * total) - (count + 1) / count,
    empty: sorted.filter((load) => load === 0).length,
    largest: order.slice(0, top).map((partition) => ({ partition, load: loads[partition]! })),
    topKeys: (keys?.top(top) ?? []).map((key) => ({ ...key, share: key.count / keys!.total })),
  }
}
