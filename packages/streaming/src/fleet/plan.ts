import { shardKey, type Shard } from '@ringkeeper/core'
import { decodeJson, encodeJson, type JsonObject } from './json-node.ts'
import type { OwnerTable } from './plan-shards.ts'

/** A member that a plan was made for. */
export interface PlannedMember {
  readonly id: string
  /** The transaction that created its member node: tells a restarted worker from the one before. */
  readonly incarnation: bigint
}

/** Who should own which shard, as the leader has published it. */
export interface Plan {
  /** Grows by one with each plan. */
  readonly version: number
  /** The member that made it, and the token of its term. */
  readonly leader: string
  readonly leaderToken: bigint
  readonly members: readonly PlannedMember[]
  /** All shards that have records to process. */
  readonly shards: readonly Shard[]
  readonly owners: OwnerTable
  /** An operator has paused the pipeline: nobody owns anything. */
  readonly isPaused: boolean
  /** Every shard of a bounded source was read to its end. */
  readonly isFinished: boolean
}

/** What two plans must have in common for the second not to be worth publishing. */
export type PlanContent = Omit<Plan, 'version' | 'leader' | 'leaderToken'>

/** Whether two plans say the same. */
export function isSameContent(a: PlanContent, b: PlanContent): boolean {
  return JSON.stringify(contentJson(a)) === JSON.stringify(contentJson(b))
}

export function encodePlan(plan: Plan): Uint8Array {
  const { version, leader, leaderToken } = plan
  return encodeJson({ format: 1, version, leader, leaderToken: String(leaderToken), ...contentJson(plan) })
}

/** @throws RK_STREAMING_BAD_NODE_DATA */
export function decodePlan(path: string, data: Uint8Array): Plan {
  const json = decodeJson(path, data)
  const members = ((json['members'] ?? []) as [string, string][]).map(([id, incarnation]) => ({
    id,
    incarnation: BigInt(incarnation),
  }))
  return {
    version: Number(json['version']),
    leader: String(json['leader']),
    leaderToken: BigInt(String(json['leaderToken'])),
    members,
    ...decodeTable(
      (json['shards'] ?? {}) as ShardTable,
      members.map(({ id }) => id),
    ),
    isPaused: json['paused'] === true,
    isFinished: json['finished'] === true,
  }
}

/** Per topic, by partition: the owner's index among the members; -1 for nobody, null where there is no such shard. */
type ShardTable = Readonly<Record<string, readonly (number | null)[]>>

function contentJson(content: PlanContent): JsonObject {
  const members = [...content.members].sort((a, b) => (a.id < b.id ? -1 : 1))
  const indexes = new Map(members.map(({ id }, index) => [id, index]))
  const table = new Map<string, (number | null)[]>()
  const byTopic = (a: Shard, b: Shard): number =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1
  for (const shard of [...content.shards].sort(byTopic)) {
    const row = table.get(shard.topic) ?? []
    table.set(shard.topic, row)
    while (row.length < shard.partition) row.push(null)
    const owner = content.owners.get(shardKey(shard))
    row[shard.partition] = owner === undefined ? -1 : (indexes.get(owner) ?? -1)
  }
  return {
    members: members.map(({ id, incarnation }) => [id, String(incarnation)]),
    shards: Object.fromEntries(table),
    ...(content.isPaused ? { paused: true } : {}),
    ...(content.isFinished ? { finished: true } : {}),
  }
}

function decodeTable(table: ShardTable, members: readonly string[]): Pick<Plan, 'shards' | 'owners'> {
  const shards: Shard[] = []
  const owners = new Map<string, string>()
  for (const [topic, row] of Object.entries(table)) {
    for (const [partition, index] of row.entries()) {
      if (index === null) continue
      const shard = { topic, partition }
      shards.push(shard)
      const owner = members[index]
      if (owner !== undefined) owners.set(shardKey(shard), owner)
    }
  }
  return { shards, owners }
}
