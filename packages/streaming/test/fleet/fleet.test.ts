import { describe, expect, it } from 'vitest'
import { deferred } from '@ringkeeper/core'
import { FleetWorld } from '../support/fleet-world.ts'

describe('a fleet', () => {
  it('gives all shards to its only worker', async () => {
    const world = await FleetWorld.make({ shards: 6 })
    const a = await world.join('a')
    expect(a.active).toHaveLength(6)
    const view = await world.view()
    expect(view.leaderId).toBe('a')
    expect(view.shards.every(({ owner }) => owner?.nodeId === 'a')).toBe(true)
  })

  it('shares the shards evenly when workers join, moving no more than it must and stopping no others', async () => {
    const world = await FleetWorld.make({ shards: 6 })
    const a = await world.join('a')
    const b = await world.join('b')
    expect([a.active.length, b.active.length]).toEqual([3, 3])
    expect(a.host.runs).toHaveLength(6)
    expect(b.host.runs).toHaveLength(3)
    const c = await world.join('c')
    expect([a, b, c].map(({ active }) => active.length)).toEqual([2, 2, 2])
    expect([a, b, c].map(({ host }) => host.runs.length)).toEqual([6, 3, 2])
  })

  it('moves the shards of a worker that leaves, without a gap in their positions', async () => {
    const world = await FleetWorld.make({ shards: 6 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    for (const run of [...a.host.active, ...b.host.active]) run.write(10)
    const leftAt = world.clock.monotonic()
    const left = a.fleet.leave()
    await world.until(() => b.active.length === 6)
    // The plan says so at once: nobody waits for a timer.
    expect(world.clock.monotonic() - leftAt).toBeLessThan(50)
    // The others are left in peace until they have taken the shards.
    expect(a.session.state).toBe('connected')
    await world.do(left)
    expect(world.clock.monotonic() - leftAt).toBeLessThan(200)
    await world.settle()
    expect(b.host.active.map(({ position }) => position)).toEqual([10, 10, 10, 10, 10, 10])
    expect(a.isDone).toBe(true)
    expect(a.session.state).toBe('closed')
    expect((await world.view()).members.map(({ id }) => id)).toEqual(['b'])
  })

  it('takes over from a killed worker within the session timeout and some ticks', async () => {
    const world = await FleetWorld.make({ shards: 6 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    await world.clock.advance(20_000)
    const killedAt = world.clock.monotonic()
    a.kill()
    await world.until(() => b.active.length === 6)
    expect(world.clock.monotonic() - killedAt).toBeLessThanOrEqual(world.sessionTimeout + 1.5 * FleetWorld.tick + 300)
  })

  it('goes on with a new leader, and without a new plan when nothing has changed', async () => {
    const world = await FleetWorld.make({ shards: 6 })
    const [a, b, c] = [await world.join('a'), await world.join('b'), await world.join('c')]
    expect(a.fleet.status().isLeader).toBe(true)
    await world.do(a.fleet.leave())
    await world.settle()
    expect([b.active.length, c.active.length]).toEqual([3, 3])
    const { plan } = await world.view()
    const runs = b.host.runs.length + c.host.runs.length
    const leader = [b, c].find(({ fleet }) => fleet.status().isLeader)!
    expect(leader).toBeDefined()
    const election = await world.do(world.observer.children(world.paths.election))
    await world.do(world.observer.delete(`${world.paths.election}/${election.children[0]}`))
    await world.clock.advance(10_000)
    expect((await world.view()).plan!.version).toBe(plan!.version)
    expect([b, c].filter(({ fleet }) => fleet.status().isLeader)).toHaveLength(1)
    expect(b.host.runs.length + c.host.runs.length).toBe(runs)
  })

  it('comes back with a new session after the old one has expired', async () => {
    const world = await FleetWorld.make({ shards: 6 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    a.session.faults.expire()
    await world.until(() => a.sessions.length === 2)
    await world.settle()
    expect([a.active.length, b.active.length]).toEqual([3, 3])
    expect(a.failure).toBeUndefined()
  })

  it('outlives a stop of the coordinator of 3 s', async () => {
    const world = await FleetWorld.make({ shards: 6 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    await world.clock.advance(10_000)
    world.tree.stop()
    await world.clock.advance(3000)
    world.tree.start()
    await world.clock.advance(500)
    await world.settle()
    expect([a.active.length, b.active.length]).toEqual([3, 3])
    expect([a.sessions.length, b.sessions.length]).toEqual([1, 1])
  })

  it('says what an outage of the coordinator means, once each: it stops, and goes on', async () => {
    const world = await FleetWorld.make({ shards: 6 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    await world.clock.advance(10_000)
    expect([...a.told, ...b.told]).toEqual([])
    world.tree.stop()
    await world.clock.advance(30_000)
    world.tree.start()
    await world.clock.advance(500)
    await world.settle()
    for (const { told } of [a, b]) {
      expect(told).toEqual([
        expect.stringMatching(/^out of touch with the coordinator: nothing is written .* goes on at the committed/),
        'in touch with the coordinator again: its shards are taken again, as far as no other worker has them',
      ])
    }
    await world.do(a.fleet.leave())
    expect(a.told).toHaveLength(2)
  })

  it('does not say that it takes shards again when the coordinator is back while it leaves', async () => {
    const world = await FleetWorld.make({ shards: 6 })
    const a = await world.join('a')
    const write = (a.host.active[0]!.writeInFlight = deferred())
    await world.clock.advance(10_000)
    world.tree.stop()
    await world.clock.advance(30_000)
    const leaving = a.fleet.leave()
    world.tree.start()
    await world.until(() => a.fleet.status().isJoined)
    write.resolve()
    await world.do(leaving)
    expect(a.told.map((line) => line.split(/[:,]/)[0])).toEqual([
      'out of touch with the coordinator',
      'the coordinator is away',
    ])
  })

  it('picks up new shards of the source', async () => {
    const world = await FleetWorld.make({ shards: 2 })
    const a = await world.join('a')
    world.source.list.set([...world.source.list.value, { topic: 'a topic/with a slash', partition: 3 }])
    await world.settle()
    expect(a.active).toContain('a topic/with a slash/3')
    expect((await world.view()).shards.map(({ shard }) => shard.topic)).toContain('a topic/with a slash')
  })

  it('ends by itself when a bounded source is read to its end by all', async () => {
    const world = await FleetWorld.make({ shards: 4, bounded: true })
    const [a, b] = [await world.join('a'), await world.join('b')]
    for (const run of [...a.host.active, ...b.host.active]) {
      run.write(5)
      run.finish()
    }
    await world.do(Promise.all([a.fleet.done, b.fleet.done]))
    const view = await world.view()
    expect(view.plan).toMatchObject({ isFinished: true })
    expect(view.shards.map(({ isDone, nextOffset }) => ({ isDone, nextOffset }))).toEqual(
      Array.from({ length: 4 }, () => ({ isDone: true, nextOffset: 5 })),
    )
    expect(view.members).toEqual([])
  })

  it('says so when it cannot know whether a bounded shard is done, instead of never ending', async () => {
    const world = await FleetWorld.make({ shards: 2, bounded: true })
    const a = await world.join('a')
    await world.do(world.observer.set(world.paths.shard({ topic: 'orders', partition: 0 }), Buffer.from('no json')))
    await world.until(() => a.failure !== undefined)
    expect(a.failure).toMatchObject({ code: 'RK_STREAMING_BAD_NODE_DATA' })
  })

  it('starts again when a bounded source that was at its end has more shards now', async () => {
    const world = await FleetWorld.make({ shards: 1, bounded: true })
    const first = await world.join('a')
    first.host.active[0]!.finish()
    await world.do(first.fleet.done)
    const [done] = world.source.list.value
    world.source.list.set([done!, { topic: 'more', partition: 0 }])
    const again = world.start('a')
    await world.until(() => again.active.length === 1)
    expect(again.active).toEqual(['more/0'])
    again.host.active[0]!.finish()
    await world.do(again.fleet.done)
  })
})
