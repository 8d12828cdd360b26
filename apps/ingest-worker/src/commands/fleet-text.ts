import type { FleetView } from '@ringkeeper/streaming'
import { table } from './table.ts'

/** A fleet as text for people. */
export function fleetText(pipeline: string, { members, leaderId, plan, shards }: FleetView): string {
  const owned = (id: string): number => shards.filter(({ owner }) => owner?.nodeId === id).length
  const memberRows = members.map(({ id, state, host, pid, zone, http }) => [
    id === leaderId ? `${id} (leader)` : id,
    state,
    String(owned(id)),
    `${host}:${pid}`,
    zone ?? '',
    http ?? '',
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
    `pipeline ${pipeline}: ${members.length} workers, ${shards.length} shards, ${planned}\n`,
    table(['worker', 'state', 'shards', 'host:pid', 'zone', 'http'], memberRows),
    table(['shard', 'owner', 'token', 'position', ''], shardRows),
  ].join('\n')
}

function remark(owner: string | undefined, planned: string | undefined, isDone: boolean): string {
  if (isDone) return 'done'
  return owner === planned ? '' : `planned for ${planned ?? 'nobody'}`
}
