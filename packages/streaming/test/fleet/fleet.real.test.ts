import { describe, expect, inject, it } from 'vitest'
import { shardKey, systemPorts } from '@ringkeeper/core'
import { faultProxy } from '@ringkeeper/testing'
import { zookeeper } from '@ringkeeper/zookeeper'
import { joinFleet } from '../../src/fleet/join-fleet.ts'
import type { Fleet } from '../../src/fleet/fleet.ts'
import { readFleet } from '../../src/fleet/read-fleet.ts'
import { FakeShardHost, type HostEvent } from '../support/fake-shard-host.ts'
import { FakeSource, shardsOf } from '../support/fleet-world.ts'

const service = inject('zookeeper')
const ports = systemPorts()

interface RealWorker {
  readonly fleet: Fleet
  readonly host: FakeShardHost
}

/** Workers of one fleet with 16 shards, below a root of its own. */
class RealFleet {
  readonly root = `/fleet-${ports.random.uuid()}/deeper`
  readonly events: HostEvent[] = []
  readonly #source = new FakeSource(shardsOf(16))

  async join(nodeId: string, connect: string, sessionTimeout = 4000): Promise<RealWorker> {
    const host = new FakeShardHost({ clock: ports.clock, events: this.events })
    const fleet = await joinFleet({
      backend: zookeeper({ connect, serverTick: service!.tickTime }),
      root: this.root,
      pipeline: 'real',
      nodeId,
      member: { host: 'localhost', pid: process.pid, weight: 1 },
      sessionTimeout,
      serverTick: service!.tickTime,
      drainTimeout: 5000,
      mirrorInterval: 100,
      config: { hash: 'murmur3', points: 512 },
      source: this.#source,
      host,
      ports,
    })
    return { fleet, host }
  }
}

/** Waits until so many shards are active on a worker. */
async function until({ fleet }: RealWorker, count: number): Promise<void> {
  for await (const { shards } of fleet.statuses()) {
    if (shards.filter(({ state }) => state === 'active').length === count) return
  }
}

describe.skipIf(!service)('a fleet on a real ZooKeeper', () => {
  it('shares shards, hands them over with their positions, and ends with nobody left', async () => {
    const { connect } = service!
    const real = new RealFleet()
    const a = await real.join('a', connect)
    await until(a, 16)
    for (const run of a.host.active) run.write(run.lease.shard.partition + 1)
    await Promise.all(a.host.active.map((run) => run.lease.mirror(run.position)))
    const b = await real.join('b', connect)
    await Promise.all([until(a, 8), until(b, 8)])
    expect(b.host.active.every(({ lease }) => lease.nextOffset === lease.shard.partition + 1)).toBe(true)
    expect(b.host.active.every(({ lease }) => lease.isHeld())).toBe(true)
    await a.fleet.leave()
    await until(b, 16)

    await using observer = await zookeeper({ connect }).connect({ sessionTimeout: 4000 })
    const view = (await readFleet(observer, real.root, 'real'))!
    expect(view.leaderId).toBe('b')
    expect(view.members.map(({ id }) => id)).toEqual(['b'])
    for (const { shard, owner, nextOffset } of view.shards) {
      expect(owner?.nodeId).toBe('b')
      expect(nextOffset).toBe(shard.partition + 1)
      expect(owner?.token).toBe(b.host.run(shardKey(shard))!.lease.fence.token)
    }
    await b.fleet.leave()
    const end = (await readFleet(observer, real.root, 'real'))!
    expect(end.members).toEqual([])
    expect(end.shards.filter(({ owner }) => owner)).toEqual([])
  }, 60_000)

  it('takes over from a worker that is cut off, which stops writing first and comes back later', async () => {
    const { connect, tickTime } = service!
    const [host, port] = connect.split(',')[0]!.split(':')
    await using proxy = await faultProxy({ target: { host, port: Number(port) } })
    const real = new RealFleet()
    const a = await real.join('a', proxy.address, 2000)
    await until(a, 16)
    const b = await real.join('b', connect, 2000)
    await until(b, 8)

    const writing = setInterval(() => {
      for (const run of a.host.active) run.write()
    }, 2)
    const cutAt = ports.clock.monotonic()
    proxy.freeze()
    await until(b, 16)
    const takenAt = ports.clock.monotonic()
    clearInterval(writing)
    const taken = new Map(b.host.runs.map((run) => [shardKey(run.lease.shard), run.lease.fence.token]))
    const starts = real.events.filter(({ what, worker }) => what === 'start' && worker === 'b')
    for (const { shard, at } of starts) {
      const late = real.events.filter(
        (event) => event.worker === 'a' && event.what === 'write' && event.shard === shard,
      )
      expect(late.every((write) => write.at < at && write.token < taken.get(shard)!)).toBe(true)
    }
    // Half a second more than can be promised on a machine that does nothing else.
    expect(takenAt - cutAt).toBeLessThan(2000 + 1.5 * tickTime + 300 + 500)
    proxy.thaw()
    await Promise.all([until(a, 8), until(b, 8)])
    await Promise.all([a.fleet.leave(), b.fleet.leave()])
  }, 60_000)
})
