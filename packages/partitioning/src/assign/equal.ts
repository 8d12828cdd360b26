import { countOwners } from './partition-assignment.ts'
import { quotasFor } from './quotas.ts'

/** New owners, and how few moves it takes to them. */
export interface Solution {
  readonly owners: Int32Array
  /** How many partitions have another owner than before, or their first one; absent where it was not counted. */
  readonly moves: number | undefined
  /** The fewest moves that lead to any assignment of this balance; absent where that is not known. */
  readonly leastMoves: number | undefined
}

/**
 * The assignment for members that all may own everything: each keeps what it has up to its quota; what is left over goes
 * to those who have too few, in turn. Linear in partitions and members.
 *
 * @param live - the owner of each partition now, or -1; absent where none has one
 */
export function assignEqual(size: number, live: Int32Array | undefined, weights: Float64Array): Solution {
  if (weights.length === 0 || !weights.some((weight) => weight > 0)) {
    return { owners: new Int32Array(size).fill(-1), moves: undefined, leastMoves: undefined }
  }
  const owned = live === undefined ? new Int32Array(weights.length) : countOwners(live, weights.length)
  const { quotas: room, leastMoves } = quotasFor(size, weights, owned)
  const owners = new Int32Array(size)
  if (live === undefined) {
    giveAllInTurn(owners, room)
    return { owners, moves: size, leastMoves }
  }
  const pending = new Int32Array(size)
  let count = 0
  for (let i = 0; i < size; i++) {
    const owner = live[i]!
    if (owner >= 0 && room[owner]! > 0) {
      room[owner]!--
      owners[i] = owner
    } else pending[count++] = i
  }
  giveInTurn(owners, pending.subarray(0, count), room)
  return { owners, moves: count, leastMoves }
}

/** Gives pending partitions to members that have room, one to each in turn, so that each gets some of every topic. */
function giveInTurn(owners: Int32Array, pending: Int32Array, room: Int32Array): void {
  let receivers = withRoom(room)
  let given = 0
  while (given < pending.length) {
    let isFull = false
    for (let i = 0; i < receivers.length && given < pending.length; i++) {
      const member = receivers[i]!
      owners[pending[given++]!] = member
      if (--room[member]! === 0) isFull = true
    }
    if (isFull) receivers = receivers.filter((member) => room[member]! > 0)
  }
}

/** {@link giveInTurn} of all partitions: the same turn over and over, so it is written once and copied. */
function giveAllInTurn(owners: Int32Array, room: Int32Array): void {
  let receivers = withRoom(room)
  let given = 0
  while (given < owners.length) {
    const turns = receivers.reduce((least, member) => Math.min(least, room[member]!), Infinity)
    const end = given + turns * receivers.length
    owners.set(receivers, given)
    for (let filled = receivers.length; given + filled < end; filled *= 2) {
      owners.copyWithin(given + filled, given, Math.min(given + filled, end - filled))
    }
    given = end
    for (const member of receivers) room[member]! -= turns
    receivers = receivers.filter((member) => room[member]! > 0)
  }
}

function withRoom(room: Int32Array): Int32Array {
  return Int32Array.from(room, (_, member) => member).filter((member) => room[member]! > 0)
}
