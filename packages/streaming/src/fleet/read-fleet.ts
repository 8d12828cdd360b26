import { childPath, shardKey, type Coordinator, type Shard } from '@ringkeeper/core'
import { election } from '@ringkeeper/locks'
import { fleetPaths, type FleetPaths } from './fleet-paths.ts'
import type { FleetMemberView } from './member-node.ts'
import type { Plan } from './plan.ts'
import { readPlan } from './read-plan.ts'
import { ifThere } from './session-calls.ts'
import { decodeOwnerNode, decodeShardNode } from './shard-node.ts'
import { readMembers } from './views.ts'

/** A shard as the tree shows it. */
export interface FleetShard {
  readonly shard: Shard
  /** Who owns it, and the lease's token. */
  readonly owner: { readonly nodeId: string; readonly token: bigint } | undefined
  /** Who should own it. */
  readonly plannedOwner: string | undefined
  readonly lastOwner: string | undefined
  readonly nextOffset: number | undefined
  readonly isDone: boolean
}

/** A fleet as the tree shows it at one moment. */
export interface FleetView {
  readonly leaderId: string | undefined
  readonly members: readonly FleetMemberView[]
  readonly plan: Plan | undefined
  /** Ordered by topic and partition: those of the plan, and those that somebody has worked on. */
  readonly shards: readonly FleetShard[]
}

/**
 * Reads the state of a pipeline's fleet, for people. Nothing is changed.
 *
 * @returns `undefined` when no worker has ever joined it.
 */
export async function readFleet(session: Coordinator, root: string, pipeline: string): Promise<FleetView | undefined> {
  const paths = fleetPaths(root, pipeline)
  await session.sync('/')
  if (!(await session.exists(paths.members))) return undefined
  const [leader, members, stored, known] = await Promise.all([
    election(session, paths.election, { id: 'status' }).leader(),
    readMembers(session, paths),
    ifThere(readPlan(session, paths)),
    readKnownShards(session, paths),
  ])
  const plan = stored?.plan
  const shards = new Map([...known, ...(plan?.shards ?? [])].map((shard) => [shardKey(shard), shard]))
  const ordered = [...shards.values()].sort(byTopicAndPartition)
  return {
    leaderId: leader?.id,
    members,
    plan,
    shards: await Promise.all(ordered.map((shard) => readShard(session, paths, shard, plan))),
  }
}

async function readKnownShards(session: Coordinator, paths: FleetPaths): Promise<readonly Shard[]> {
  const topics = await ifThere(session.children(paths.shards))
  const lists = (topics?.children ?? []).map(async (topic) => {
    const path = childPath(paths.shards, topic)
    const partitions = await ifThere(session.children(path))
    return (partitions?.children ?? []).flatMap((name) => paths.shardAt(childPath(path, name)) ?? [])
  })
  return (await Promise.all(lists)).flat()
}

async function readShard(
  session: Coordinator,
  paths: FleetPaths,
  shard: Shard,
  plan: Plan | undefined,
): Promise<FleetShard> {
  const [shardPath, ownerPath] = [paths.shard(shard), paths.owner(shard)]
  const [node, owner] = await Promise.all([ifThere(session.get(shardPath)), ifThere(session.get(ownerPath))])
  const { lastOwner, nextOffset, isDone } = decodeShardNode(shardPath, node?.data ?? new Uint8Array())
  return {
    shard,
    owner: owner && { nodeId: decodeOwnerNode(ownerPath, owner.data).nodeId, token: owner.stat.czxid },
    plannedOwner: plan?.owners.get(shardKey(shard)),
    lastOwner,
    nextOffset,
    isDone,
  }
}

function byTopicAndPartition(a: Shard, b: Shard): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1
  return a.partition - b.partition
}
