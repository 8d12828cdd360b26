import { Heap } from './heap.ts'

/** Claims that differ by less than this part are alike: what remains is the rounding of weights such as 0.1. */
const TIE = 1e-12

/** How many partitions each member should own. */
export interface Quotas {
  readonly quotas: Int32Array
  /** The fewest partitions that must change owner to get there, whatever the algorithm. */
  readonly leastMoves: number
}

/**
 * Shares `size` partitions out by weight, as evenly as whole numbers allow. Where several members have the same right to
 * one more, it goes to those who would otherwise have to give one away.
 *
 * @param owned - how many each member has now
 */
export function quotasFor(size: number, weights: Float64Array, owned: Int32Array): Quotas {
  const quotas = weights.every((weight) => weight === weights[0])
    ? equalQuotas(size, owned)
    : weightedQuotas(size, weights, owned)
  let kept = 0
  for (let i = 0; i < quotas.length; i++) kept += Math.min(quotas[i]!, owned[i]!)
  return { quotas, leastMoves: size - kept }
}

function equalQuotas(size: number, owned: Int32Array): Int32Array {
  const floor = Math.floor(size / owned.length)
  let extra = size - floor * owned.length
  const quotas = new Int32Array(owned.length).fill(floor)
  for (let i = 0; i < owned.length && extra > 0; i++) {
    if (owned[i]! > floor) {
      quotas[i]!++
      extra--
    }
  }
  for (let i = 0; i < owned.length && extra > 0; i++) {
    if (quotas[i] === floor) {
      quotas[i]!++
      extra--
    }
  }
  return quotas
}

/**
 * Each partition in turn to the member with the least (2 * owned + 1) / weight: Webster's method, which makes the sum of
 * squares of loads over weights as small as it can be.
 */
function weightedQuotas(size: number, weights: Float64Array, owned: Int32Array): Int32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const takers = weights.reduce((count, weight) => count + Number(weight > 0), 0)
  // Nobody is left with a claim below this, or all together would own less than there is. So the most of a share is certain,
  // though not all but its fraction: many members of small weight may each get one more than theirs. The rest goes one by one.
  const lowest = (2 * size - takers) / total
  const quotas = Int32Array.from(weights, (weight) => Math.max(0, Math.floor((lowest * weight - 1) / 2)))
  const claim = (i: number): number => (weights[i]! === 0 ? Infinity : (2 * quotas[i]! + 1) / weights[i]!)
  const before = (a: number, b: number): boolean => {
    const left = claim(a)
    const right = claim(b)
    // 0.7 to 0.1 is 7 to 1, as far as doubles can say it.
    const isTie = Math.abs(left - right) <= TIE * Math.min(left, right)
    if (!isTie) return left < right
    const keepsA = owned[a]! > quotas[a]!
    return keepsA === owned[b]! > quotas[b]! ? a < b : keepsA
  }
  const heap = new Heap(weights.length, before)
  for (let left = size - quotas.reduce((sum, quota) => sum + quota, 0); left > 0; left--) {
    quotas[heap.first]!++
    heap.sinkFirst()
  }
  return quotas
}
