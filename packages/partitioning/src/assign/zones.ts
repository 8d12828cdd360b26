import { partitioningErrors } from '../errors.ts'
import { assignEqual, type Solution } from './equal.ts'
import type { Member } from './members.ts'
import { assignMixed } from './mixed.ts'
import type { PartitionSet } from './partition-set.ts'
import type { Problem } from './problem.ts'

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
  if (isSmall || problem.sets.length > 1) {
    const mismatch = (partition: number, member: number): number => replicas(partition, zoneOf[member]!)
    return assignMixed({ ...problem, mismatch })
  }
  return assignWithinZones(problem, zones.length, zoneOf, replicas)
}

function assignWithinZones(
  { live, weights }: Problem,
  zones: number,
  zoneOf: Int32Array,
  mismatch: (partition: number, zone: number) => number,
): Solution {
  const zoneWeights = new Float64Array(zones)
  for (const [member, weight] of weights.entries()) zoneWeights[zoneOf[member]!]! += weight
  const all = Int32Array.from({ length: zones }, (_, zone) => zone).filter((zone) => zoneWeights[zone]! > 0)
  const sets = [all]
  const setOf = new Int32Array(live.length)
  const liveZones = live.map((owner) => (owner < 0 ? -1 : zoneOf[owner]!))
  const byZone = assignMixed({ live: liveZones, weights: zoneWeights, setOf, sets, mismatch }).owners
  const owners = new Int32Array(live.length).fill(-1)
  for (let zone = 0; zone < zones; zone++) {
    const inZone = Array.from(zoneOf, (of, member) => (of === zone ? member : -1)).filter((member) => member >= 0)
    const indices: number[] = []
    for (let i = 0; i < byZone.length; i++) if (byZone[i] === zone) indices.push(i)
    const local = new Map(inZone.map((member, i) => [member, i]))
    const liveHere = Int32Array.from(indices, (i) => local.get(live[i]!) ?? -1)
    const { owners: ownersHere } = assignEqual(
      indices.length,
      liveHere,
      Float64Array.from(inZone, (member) => weights[member]!),
    )
    for (const [at, i] of indices.entries()) owners[i] = inZone[ownersHere[at]!] ?? -1
  }
  return { owners, moves: undefined, leastMoves: undefined }
}

/** 1 where a partition has no replica in a zone, else 0; partitions without any known zone fit everywhere. */
function replicaZones(partitions: PartitionSet, zones: readonly string[]): (partition: number, zone: number) => number {
  if (zones.length > 31) {
    const expected = 'at most 31 zones'
    throw partitioningErrors.BAD_OPTION({ option: 'zones', value: zones.length, expected })
  }
  const masks = new Int32Array(partitions.size)
  for (const [i, { zones: ofTopic = [] }] of partitions.topics.entries()) {
    for (const [partition, replicas] of ofTopic.entries()) {
      for (const zone of replicas) {
        const number = zones.indexOf(zone)
        // A zone without members: the partition fits nowhere, unless another of its zones has some.
        masks[partitions.starts[i]! + partition]! |= number < 0 ? 1 << 31 : 1 << number
      }
    }
  }
  return (partition, zone) => (masks[partition] === 0 || ((masks[partition]! >>> zone) & 1) === 1 ? 0 : 1)
}
