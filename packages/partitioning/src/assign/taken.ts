import type { Solution } from './equal.ts'
import { isTaker, type Member } from './members.ts'
import { PartitionSet } from './partition-set.ts'

/** Shares out partitions, whose owners now are `live`. */
export type Solve = (partitions: PartitionSet, live: Int32Array | undefined) => Solution

/**
 * Solves for the topics that somebody takes; the others have no owners. They are left out, as with them members that take the
 * same topics would look as if there were some that they do not take.
 *
 * @param raw - the owners until now, those who have left among them; absent where there was no assignment
 */
export function solveTaken(
  members: readonly Member[],
  partitions: PartitionSet,
  raw: Int32Array | undefined,
  live: Int32Array | undefined,
  solve: Solve,
): Solution {
  const { topics, starts } = partitions
  if (members.some(({ weight, topics: some }) => weight > 0 && some === undefined)) return solve(partitions, live)
  const isTaken = topics.map(({ topic }) => members.some((member) => isTaker(member, topic)))
  if (!isTaken.includes(false)) return solve(partitions, live)
  const taken = [...topics.keys()].filter((topic) => isTaken[topic])
  const part = new PartitionSet(taken.map((topic) => topics[topic]!))
  const liveThere = live === undefined ? undefined : new Int32Array(part.size)
  for (const [i, topic] of taken.entries()) {
    liveThere?.set(live!.subarray(starts[topic], starts[topic + 1]), part.starts[i])
  }
  const { owners: some, moves, leastMoves } = solve(part, liveThere)
  const owners = new Int32Array(partitions.size).fill(-1)
  for (const [i, topic] of taken.entries()) {
    owners.set(some.subarray(part.starts[i], part.starts[i + 1]), starts[topic])
  }
  let lost = 0
  for (const topic of topics.keys()) {
    if (isTaken[topic] || raw === undefined) continue
    for (let i = starts[topic]!; i < starts[topic + 1]!; i++) if (raw[i]! >= 0) lost++
  }
  return { owners, moves: plus(moves, lost), leastMoves: plus(leastMoves, lost) }
}

function plus(moves: number | undefined, more: number): number | undefined {
  return moves === undefined ? undefined : moves + more
}
