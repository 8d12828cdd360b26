import { checkList } from '../check.ts'
import { partitioningErrors } from '../errors.ts'
import { assignEqual, type Solution } from './equal.ts'
import type { Member } from './members.ts'
import { assignMixed } from './mixed.ts'
import { countOwners } from './partition-assignment.ts'
import type { PartitionSet } from './partition-set.ts'
import type { Problem } from './problem.ts'
import { quotasFor } from './quotas.ts'
import { transport } from './transport.ts'

/** Up to this many partitions times members, owners are looked for one by one; above it, zones first. */
const SMALL = 20_000

/**
 * Like the sticky assignment, and among assignments of equal balance one in which as many partitions as possible are owned
 * by a member of a zone that has a replica of them; then the fewest moves.
 *
 * Many partitions are first shared out among the zones, by the weights of their members, and then within each zone.
 */
export function assignByZone(problem: Problem, members: readonly Member[], partitions: PartitionSet): Solution {
  const zones = [...new Set(members.map(({ zone }) => zone ?? ''))].sort()
  const zoneOf = Int32Array.from(members, ({ zone }) => zones.indexOf(zone ?? ''))
  const replicas = replicaZones(partitions, zones)
  const isSmall = partitions.size * members.length <= SMALL
  const [everybody] = problem.sets
  if (isSmall || problem.sets.length !== 1 || everybody!.length === 0) {
    const mismatch = (partition: number, member: number): number => replicas(partition, zoneOf[member]!)
    return assignMixed({ ...problem, mismatch })
  }
  return assignWithinZones(problem, zones.length, zoneOf, replicas)
}

/** Shares partitions out to zones by what their members should have, and then within each zone. */
function assignWithinZones(
  { live, weights }: Problem,
  zones: number,
  zoneOf: Int32Array,
  mismatch: (partition: number, zone: number) => number,
): Solution {
  const { quotas } = quotasFor(live.length, weights, countOwners(live, weights.length))
  const room = Array.from({ length: zones }, () => 0)
  for (const [member, quota] of quotas.entries()) room[zoneOf[member]!]! += quota
  const owners = new Int32Array(live.length)
  for (const [zone, indices] of sharesOf(live, room, zoneOf, mismatch).entries()) {
    const inZone = Array.from(zoneOf, (of, member) => (of === zone ? member : -1)).filter((member) => member >= 0)
    const local = new Map(inZone.map((member, i) => [member, i]))
    const liveHere = Int32Array.from(indices, (i) => local.get(live[i]!) ?? -1)
    const weightsHere = Float64Array.from(inZone, (member) => weights[member]!)
    const solution = assignEqual(indices.length, liveHere, weightsHere)
    for (const [at, i] of indices.entries()) owners[i] = inZone[solution.owners[at]!]!
  }
  return { owners, moves: undefined, leastMoves: undefined }
}

/** The partitions of each zone. */
function sharesOf(
  live: Int32Array,
  room: readonly number[],
  zoneOf: Int32Array,
  mismatch: (partition: number, zone: number) => number,
): number[][] {
  const batches = new Map<string, { readonly costs: number[]; readonly indices: number[] }>()
  for (let i = 0; i < live.length; i++) {
    const home = live[i]! < 0 ? -1 : zoneOf[live[i]!]!
    // A mismatch weighs more than the moves on any way past all zones.
    const costs = room.map((_, zone) => mismatch(i, zone) * (room.length + 1) + (home >= 0 && home !== zone ? 1 : 0))
    const name = costs.join()
    const alike = batches.get(name) ?? { costs, indices: [] }
    alike.indices.push(i)
    batches.set(name, alike)
  }
  const all = [...batches.values()]
  const sent = transport(
    all.map(({ costs, indices }) => ({ costs, count: indices.length })),
    room,
  )
  const shares: number[][] = room.map(() => [])
  for (const [batch, { indices }] of all.entries()) {
    let at = 0
    for (const [zone, count] of sent[batch]!.entries()) {
      for (const end = at + count; at < end; at++) shares[zone]!.push(indices[at]!)
    }
  }
  return shares
}

/** 1 where a partition has no replica in a zone, else 0; partitions without any known zone fit everywhere. */
function replicaZones(partitions: PartitionSet, zones: readonly string[]): (partition: number, zone: number) => number {
  if (zones.length > 31) {
    const expected = 'at most 31 zones'
    throw partitioningErrors.BAD_OPTION({ option: 'zones', value: zones.length, expected })
  }
  const masks = new Int32Array(partitions.size)
  for (const [i, { topic, partitions: count, zones: ofTopic = [] }] of partitions.topics.entries()) {
    const expected = 'for each partition a list of the zones that have a replica'
    checkList(`zones of topic "${topic}"`, ofTopic, expected)
    // Of a topic that has shrunk there may be more zones than partitions.
    for (const [partition, replicas] of ofTopic.slice(0, count).entries()) {
      checkList(`zones of topic "${topic}"`, replicas, expected)
      for (const zone of replicas) {
        const number = zones.indexOf(zone)
        // A zone without members: the partition fits nowhere, unless another of its zones has some.
        masks[partitions.starts[i]! + partition]! |= number < 0 ? 1 << 31 : 1 << number
      }
    }
  }
  return (partition, zone) => (masks[partition] === 0 || ((masks[partition]! >>> zone) & 1) === 1 ? 0 : 1)
}
