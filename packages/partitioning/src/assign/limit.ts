import { countOwners } from './partition-assignment.ts'

/**
 * Takes back all but `maxMoves` of the transfers from one live member to another, the most useful ones staying: those
 * from the fullest members to the emptiest. What has no owner is always given one.
 */
export function limitTransfers(
  live: Int32Array,
  owners: Int32Array,
  weights: Float64Array,
  maxMoves: number,
): Int32Array {
  const limited = owners.slice()
  const open = new Map<number, Map<number, number[]>>()
  let count = 0
  for (let i = 0; i < owners.length; i++) {
    const from = live[i]!
    const to = owners[i]!
    if (from < 0 || from === to) continue
    limited[i] = from
    const targets = open.get(from) ?? new Map<number, number[]>()
    const moved = targets.get(to)
    if (moved === undefined) targets.set(to, [i])
    else moved.push(i)
    open.set(from, targets)
    count++
  }
  if (count <= maxMoves) return owners
  const counts = countOwners(limited, weights.length)
  const load = (member: number): number => (weights[member]! === 0 ? Infinity : counts[member]! / weights[member]!)
  for (let move = 0; move < maxMoves; move++) {
    const from = extreme(open.keys(), load)
    const targets = open.get(from)!
    const to = extreme(targets.keys(), (member) => -load(member))
    limited[targets.get(to)!.pop()!] = to
    counts[from]!--
    counts[to]!++
    if (targets.get(to)!.length === 0) targets.delete(to)
    if (targets.size === 0) open.delete(from)
  }
  return limited
}

function extreme(members: Iterable<number>, score: (member: number) => number): number {
  let best = -1
  let highest = -Infinity
  for (const member of members) {
    const value = score(member)
    if (best >= 0 && value <= highest) continue
    best = member
    highest = value
  }
  return best
}
