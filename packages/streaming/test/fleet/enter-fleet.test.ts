// Rule 16 of the protocol: a restarted worker waits for its former session, and a second one with its id is refused.
import { describe, expect, it } from 'vitest'
import { FleetWorld } from '../support/fleet-world.ts'

describe('entering a fleet', () => {
  it('waits after a restart until the former session has expired, and owns nothing before', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const former = await world.join('a')
    former.kill()
    const restarted = world.start('a')
    await world.clock.advance(1000)
    expect(restarted.host.runs).toEqual([])
    await world.settle()
    expect(restarted.active).toHaveLength(4)
    expect(restarted.failure).toBeUndefined()
    const tokens = restarted.host.runs.map(({ lease }) => lease.fence.token)
    expect(tokens.every((token) => former.host.runs.every(({ lease }) => lease.fence.token < token))).toBe(true)
  })

  it('says at once that it waits for the former process, and how long at most', async () => {
    const world = await FleetWorld.make({ shards: 4, sessionTimeout: 4000 })
    const former = await world.join('a')
    former.kill()
    const restarted = world.start('a')
    await world.clock.advance(0)
    expect(restarted.warnings).toMatchObject([{ worker: 'a', host: 'localhost', pid: 1, withinAtMost: '6.2 s' }])
    await world.settle()
    expect(restarted.active).toHaveLength(4)
  })

  it('keeps its first leases, because its session had a heartbeat while it waited', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const former = await world.join('a')
    former.kill()
    await world.clock.advance(former.session.sessionTimeout / 3)
    const restarted = world.start('a')
    await world.settle()
    await world.clock.advance(20_000)
    expect(restarted.host.runs).toHaveLength(4)
  })

  it('refuses a second worker with the same id, but not before the first could have expired', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const first = await world.join('a', { sessionTimeout: 6000 })
    const second = world.start('a', { sessionTimeout: 1000 })
    await world.clock.advance(6000 + FleetWorld.tick)
    expect(second.failure).toBeUndefined()
    await world.until(() => second.failure !== undefined)
    expect(second.failure).toMatchObject({ code: 'RK_STREAMING_DUPLICATE_NODE_ID', data: { nodeId: 'a', pid: 1 } })
    expect(String(second.failure)).toMatch(/worker\.id/)
    expect(first.active).toHaveLength(4)
    await world.do(second.fleet.leave())
    expect(second.session.state).toBe('closed')
    expect(second.host.runs).toEqual([])
  })

  it('refuses a worker with other ring settings, and names both', async () => {
    const world = await FleetWorld.make()
    await world.join('a')
    const other = world.start('b', { config: { hash: 'murmur3', points: 256 } })
    await world.until(() => other.failure !== undefined)
    expect(other.failure).toMatchObject({ code: 'RK_STREAMING_RING_MISMATCH' })
    expect(String(other.failure)).toMatch(/points is 256 here and 512 there/)
    expect((await world.view()).members.map(({ id }) => id)).toEqual(['a'])
    await world.do(other.fleet.leave())
  })

  it('takes a worker whose ring settings are the same in another order', async () => {
    const world = await FleetWorld.make()
    await world.join('a')
    const b = await world.join('b', { config: { points: 512, hash: 'murmur3' } })
    expect(b.active.length).toBeGreaterThan(0)
  })

  it('is told when the first session cannot be had', async () => {
    const world = await FleetWorld.make()
    world.tree.stop()
    const a = world.start('a', { connectTimeout: 3000 })
    await world.until(() => a.failure !== undefined)
    expect(a.failure).toMatchObject({ code: 'RK_CORE_CONNECT_TIMEOUT' })
    expect(world.clock.monotonic()).toBe(3000)
    await world.do(a.fleet.leave())
  })

  it('comes back when its member node is deleted by somebody else', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const a = await world.join('a')
    await world.do(world.observer.delete(world.paths.member('a')))
    await world.clock.advance(3000)
    await world.settle()
    expect((await world.view()).members.map(({ id }) => id)).toEqual(['a'])
    expect(a.sessions).toHaveLength(1)
  })
})
