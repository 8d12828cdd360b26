import type { FleetMemberView, FleetView } from '@ringkeeper/streaming'
import { describe, expect, it } from 'vitest'
import { fleetText } from '../src/commands/fleet-text.ts'

const member = (id: string, targets: string): FleetMemberView => ({
  id,
  host: 'here',
  pid: 1,
  weight: 1,
  state: 'active',
  sessionTimeout: 4000,
  incarnation: 1n,
  targets,
})

function fleetOf(...members: FleetMemberView[]): FleetView {
  const shard = { topic: 'orders', partition: 0 }
  const owner = { nodeId: 'a', token: 7n }
  const shards = [{ shard, owner, plannedOwner: 'a', lastOwner: 'a', nextOffset: 3, isDone: false }]
  return { leaderId: 'a', members, plan: undefined, shards }
}

describe('the fleet as text', () => {
  it('counts as people do', () => {
    expect(fleetText('orders', fleetOf(member('a', '12')))).toContain('pipeline orders: 1 worker, 1 shard, no plan yet')
    expect(fleetText('orders', fleetOf(member('a', '12'), member('b', '12')))).toContain('2 workers, 1 shard')
  })

  it('says when workers do not have the same targets, and which', () => {
    expect(fleetText('orders', fleetOf(member('a', '12'), member('b', '12')))).not.toContain('do not have the same')
    const text = fleetText('orders', fleetOf(member('a', '12345678'), member('b', '9abcdef0')))
    expect(text).toContain('do not have the same targets')
    expect(text).toMatch(/^b .*9abcdef0$/m)
  })
})
