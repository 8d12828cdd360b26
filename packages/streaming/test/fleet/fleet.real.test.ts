import { describe, expect, inject, it } from 'vitest'
import { shardKey, systemPorts } from '@ringkeeper/core'
import { zookeeper } from '@ringkeeper/zookeeper'
import { joinFleet } from '../../src/fleet/join-fleet.ts'
import type { Fleet } from '../../src/fleet/fleet.ts'
import { readFleet } from '../../src/fleet/read-fleet.ts'
import { FakeShardHost } from '../support/fake-shard-host.ts'
import { FakeSource, shardsOf } from '../support/fleet-world.ts'

const service = inject('zookeeper')

/** The shards that are active on a worker. */
function active(fleet: Fleet): string[] {
  return fleet
    .status()
    .shards.filter(({ state }) => state === 'active')
    .map(({ shard }) => shardKey(shard))
}

describe.skipIf(!service)('a fleet on a real ZooKeeper', () => {
  it('shares shards, hands them over with their positions, and ends with nobody left', async () => {
    const { connect, tickTime } = service!
    const ports = systemPorts()
    const backend = zookeeper({ connect })
    const root = `/fleet-${ports.random.uuid()}/deeper`
    const source = new FakeSource(shardsOf(16))
    const join = async (nodeId: string): Promise<{ fleet: Fleet; host: FakeShardHost }> => {
      const host = new FakeShardHost({ clock: ports.clock })
      const member = { host: 'localhost', pid: process.pid, weight: 1 }
      const settings = { sessionTimeout: 4000, serverTick: tickTime, drainTimeout: 5000, mirrorInterval: 100 }
      const config = { hash: 'murmur3', points: 512 }
      const fleet = await joinFleet({
        ...settings,
        backend,
        root,
        pipeline: 'real',
        nodeId,
        member,
        config,
        source,
        host,
        ports,
      })
      return { fleet, host }
    }
    const until = async (fleet: Fleet, count: number): Promise<void> => {
      for await (const _ of fleet.statuses()) if (active(fleet).length === count) return
    }

    const a = await join('a')
    await until(a.fleet, 16)
    for (const run of a.host.active) run.write(run.lease.shard.partition + 1)
    await Promise.all(a.host.active.map((run) => run.lease.mirror(run.position)))
    const b = await join('b')
    await Promise.all([until(a.fleet, 8), until(b.fleet, 8)])
    expect(b.host.active.every(({ lease }) => lease.nextOffset === lease.shard.partition + 1)).toBe(true)
    expect(b.host.active.every(({ lease }) => lease.isHeld())).toBe(true)
    await a.fleet.leave()
    await until(b.fleet, 16)

    await using observer = await backend.connect({ sessionTimeout: 4000 })
    const view = (await readFleet(observer, root, 'real'))!
    expect(view.leaderId).toBe('b')
    expect(view.members.map(({ id }) => id)).toEqual(['b'])
    for (const { shard, owner, nextOffset } of view.shards) {
      expect(owner?.nodeId).toBe('b')
      expect(nextOffset).toBe(shard.partition + 1)
      expect(owner?.token).toBe(b.host.run(shardKey(shard))!.lease.fence.token)
    }
    await b.fleet.leave()
    const end = (await readFleet(observer, root, 'real'))!
    expect(end.members).toEqual([])
    expect(end.shards.filter(({ owner }) => owner)).toEqual([])
  }, 60_000)
})
