import { isTaker, type Member } from './members.ts'
import type { PartitionSet } from './partition-set.ts'

/** Kafka's `RangeAssignor`: of each topic consecutive partitions to each member that takes it, in the order of their ids. */
export function assignRanges(members: readonly Member[], partitions: PartitionSet): Int32Array {
  const owners = new Int32Array(partitions.size).fill(-1)
  for (const [i, { topic, partitions: count }] of partitions.topics.entries()) {
    const takers = takersOf(members, topic)
    if (takers.length === 0) continue
    const each = Math.floor(count / takers.length)
    const more = count % takers.length
    let start = partitions.starts[i]!
    for (const [place, member] of takers.entries()) {
      const end = start + each + (place < more ? 1 : 0)
      owners.fill(member, start, end)
      start = end
    }
  }
  return owners
}

/** Kafka's `RoundRobinAssignor`: all partitions in turn, passing by members that do not take the topic. */
export function assignRoundRobin(members: readonly Member[], partitions: PartitionSet): Int32Array {
  const owners = new Int32Array(partitions.size).fill(-1)
  let next = 0
  for (const [i, { topic }] of partitions.topics.entries()) {
    const takes = members.map((member) => isTaker(member, topic))
    if (!takes.includes(true)) continue
    for (let index = partitions.starts[i]!; index < partitions.starts[i + 1]!; index++) {
      while (!takes[next]!) next = (next + 1) % members.length
      owners[index] = next
      next = (next + 1) % members.length
    }
  }
  return owners
}

function takersOf(members: readonly Member[], topic: string): number[] {
  return members.flatMap((member, i) => (isTaker(member, topic) ? [i] : []))
}
