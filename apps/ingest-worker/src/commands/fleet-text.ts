import type { FleetMemberView, FleetView } from '@ringkeeper/streaming'
import { table } from './table.ts'

/** A fleet as text for people. */
export function fleetText(pipeline: string, { members, leaderId, plan, shards }: FleetView): string {
  const owned = (id: string): number => shards.filter(({ owner }) => owner?.nodeId === id).length
  const memberRows = members.map(({ id, state, host, pid, zone, http, targets }) => [
    id === leaderId ? `${id} (leader)` : id,
    state,
    String(owned(id)),
    `${host}:${pid}`,
    zone ?? '',
    http ?? '',
    targets ?? '',
  ])
  const shardRows = shards.map(({ shard, owner, plannedOwner, nextOffset, isDone }) => [
    `${shard.topic}/${shard.partition}`,
    owner?.nodeId ?? '-',
    owner ? owner.token.toString() : '',
    nextOffset === undefined ? '' : String(nextOffset),
    remark(owner?.nodeId, plannedOwner, isDone),
  ])
  const planned = plan
    ? `plan ${plan.version}${plan.isPaused ? ', paused' : ''}${plan.isFinished ? ', finished' : ''}`
    : 'no plan yet'
  return [
    `pipeline ${pipeline}: ${count(members, 'worker')}, ${count(shards, 'shard')}, ${planned}\n`,
    ...disagreement(members),
    table(['worker', 'state', 'shards', 'host:pid', 'zone', 'http', 'targets'], memberRows),
    table(['shard', 'owner', 'token', 'position', ''], shardRows),
  ].join('\n')
}

/** Says so when workers route to different targets, as while they are changed one after the other. */
function disagreement(members: readonly FleetMemberView[]): string[] {
  if (new Set(members.map(({ targets }) => targets)).size <= 1) return []
  return ['the workers do not have the same targets and weights: the same key can go to different targets\n']
}

function count(things: readonly unknown[], name: string): string {
  return `${things.length} ${name}${things.length === 1 ? '' : 's'}`
}

function remark(owner: string | undefined, planned: string | undefined, isDone: boolean): string {
  if (isDone) return 'done'
  return owner === planned ? '' : `planned for ${planned ?? 'nobody'}`
}
