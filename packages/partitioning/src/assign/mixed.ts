import type { Solution } from './equal.ts'
import { improve } from './flow.ts'
import { LoadHeaps } from './load-heaps.ts'
import { countOwners } from './partition-assignment.ts'
import type { Problem } from './problem.ts'

/**
 * The assignment for members that may own different partitions. First what Kafka's sticky assignor promises: no member
 * has two more than another one that may take one of them. Then, while the problem is small enough, the best balance that
 * there is, and the fewest moves to it.
 */
export function assignMixed(problem: Problem): Solution {
  const { live, setOf, sets, weights } = problem
  const allowed = sets.map((set) => {
    const flags = new Uint8Array(weights.length)
    for (const member of set) flags[member] = 1
    return flags
  })
  const owners = live.map((owner, i) => (owner >= 0 && allowed[setOf[i]!]![owner] === 1 ? owner : -1))
  const heaps = new LoadHeaps(sets, weights, countOwners(owners, weights.length))
  placeOrphans(owners, setOf, heaps)
  levelOut(owners, live, setOf, heaps)
  const isBest = improve(problem, owners)
  const moves = movesOf(live, owners)
  return { owners, moves, leastMoves: isBest ? moves : undefined }
}

/** How many partitions have another owner than before, or one for the first time. */
function movesOf(live: Int32Array, owners: Int32Array): number {
  let moves = 0
  for (let i = 0; i < owners.length; i++) if (owners[i] !== live[i]) moves++
  return moves
}

/** Each to the member with the least load that may own it. */
function placeOrphans(owners: Int32Array, setOf: Int32Array, heaps: LoadHeaps): void {
  for (let i = 0; i < owners.length; i++) {
    if (owners[i]! >= 0) continue
    const member = heaps.least(setOf[i]!)
    owners[i] = member
    if (member >= 0) heaps.add(member, 1)
  }
}

function levelOut(owners: Int32Array, live: Int32Array, setOf: Int32Array, heaps: LoadHeaps): void {
  // What was placed just now costs nothing to place again, so it goes first.
  for (const settled of [false, true]) {
    for (let changed = true; changed;) {
      changed = false
      for (let i = 0; i < owners.length; i++) {
        const owner = owners[i]!
        if (owner < 0 || (owner === live[i]) !== settled) continue
        const other = heaps.least(setOf[i]!)
        if (heaps.claim(other, 1) >= heaps.claim(owner, -1)) continue
        owners[i] = other
        heaps.add(owner, -1)
        heaps.add(other, 1)
        changed = true
      }
    }
  }
}
