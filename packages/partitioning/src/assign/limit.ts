import { Heap } from './heap.ts'
import { countOwners } from './partition-assignment.ts'

/**
 * Takes back all but `maxMoves` of the transfers from one live member to another, the most useful ones staying: those of
 * the fullest members, as far as can be to the emptiest. What has no owner is always given one.
 */
export function limitTransfers(
  live: Int32Array,
  owners: Int32Array,
  weights: Float64Array,
  maxMoves: number,
): Int32Array {
  const limited = owners.slice()
  const transfers: number[] = []
  const out = new Int32Array(weights.length)
  const into = new Int32Array(weights.length)
  for (let i = 0; i < owners.length; i++) {
    const from = live[i]!
    const to = owners[i]!
    if (from < 0 || from === to) continue
    limited[i] = from
    transfers.push(i)
    out[from]!++
    if (to >= 0) into[to]!++
  }
  if (transfers.length <= maxMoves) return owners
  const counts = countOwners(limited, weights.length)
  const load = (member: number, change: number): number => (counts[member]! + change) / weights[member]!
  const gives = chosen(maxMoves, out, (member, given) => load(member, -given))
  const gets = chosen(maxMoves, into, (member, got) => -load(member, got))
  // Who gives is always as chosen, who gets where that fits together.
  for (const mustFit of [true, false]) {
    for (const i of transfers) {
      const from = live[i]!
      const to = owners[i]!
      if (limited[i] === to || gives[from]! === 0 || (mustFit && !(gets[to]! > 0))) continue
      limited[i] = to
      gives[from]!--
      if (to >= 0) gets[to]!--
    }
  }
  return limited
}

/** Of how many transfers of each member so many should be, one by one of the member that scores highest. */
function chosen(count: number, available: Int32Array, scoreOf: (member: number, chosen: number) => number): Int32Array {
  const counts = new Int32Array(available.length)
  const score = (member: number): number =>
    counts[member] === available[member] ? -Infinity : scoreOf(member, counts[member]!)
  const heap = new Heap(available.length, (a, b) => {
    const [left, right] = [score(a), score(b)]
    return left === right ? a < b : left > right
  })
  for (let left = count; left > 0; left--) {
    const member = heap.first
    if (counts[member] === available[member]) break
    counts[member]!++
    heap.sinkFirst()
  }
  return counts
}
