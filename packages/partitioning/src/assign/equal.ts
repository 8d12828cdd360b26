import { countOwners } from './partition-assignment.ts'
import { quotasFor } from './quotas.ts'

/** New owners, and the fewest moves that lead to any assignment of this balance where that is known. */
export interface Solution {
  readonly owners: Int32Array
  readonly leastMoves: number | undefined
}

/**
 * The assignment for members that all may own everything: each keeps what it has up to its quota; what is left over goes
 * to those who have too few, in turn. Linear in partitions and members.
 *
 * @param live - the owner of each partition now, or -1
 */
export function assignEqual(live: Int32Array, weights: Float64Array): Solution {
  const size = live.length
  if (weights.length === 0 || !weights.some((weight) => weight > 0)) {
    return { owners: new Int32Array(size).fill(-1), leastMoves: undefined }
  }
  const { quotas: left, leastMoves } = quotasFor(size, weights, countOwners(live, weights.length))
  const owners = new Int32Array(size)
  const pending = new Int32Array(size)
  let count = 0
  for (let i = 0; i < size; i++) {
    const owner = live[i]!
    if (owner >= 0 && left[owner]! > 0) {
      left[owner]!--
      owners[i] = owner
    } else pending[count++] = i
  }
  giveInTurn(owners, pending.subarray(0, count), left)
  return { owners, leastMoves }
}

/** Gives pending partitions to members that have room, one to each in turn, so that each gets some of every topic. */
function giveInTurn(owners: Int32Array, pending: Int32Array, room: Int32Array): void {
  const receivers = new Int32Array(room.length)
  let open = 0
  for (let member = 0; member < room.length; member++) if (room[member]! > 0) receivers[open++] = member
  let given = 0
  while (given < pending.length) {
    let stillOpen = 0
    for (let i = 0; i < open && given < pending.length; i++) {
      const member = receivers[i]!
      owners[pending[given++]!] = member
      if (--room[member]! > 0) receivers[stillOpen++] = member
    }
    open = stillOpen
  }
}
