// Rules 20 to 22 of the protocol over a whole fleet: who stops, who does not, and who writes when.
import { describe, expect, it } from 'vitest'
import { deferred, shardKey } from '@ringkeeper/core'
import type { FleetOptions } from '../../src/fleet/fleet-options.ts'
import { FleetWorld, type FleetWorker } from '../support/fleet-world.ts'

const names = (worker: FleetWorker): string[] => worker.active

/** Writes wherever the leases allow it, at every moment that the clock stops at. */
async function writeUntil(world: FleetWorld, condition: () => boolean): Promise<void> {
  await world.until(() => {
    for (const { host, process } of world.workers) if (process.isRunning) for (const run of host.active) run.write()
    return condition()
  })
}

/** Per shard: every write of an owner comes before every write of the next, and tokens grow. */
function expectOneWriterAtATime(world: FleetWorld): void {
  const newest = new Map<string, bigint>()
  for (const { what, shard, token } of world.events) {
    if (what !== 'write') continue
    expect(token).toBeGreaterThanOrEqual(newest.get(shard) ?? 0n)
    newest.set(shard, token)
  }
}

describe('the hand-over of shards', () => {
  it('stops no shard that does not move, over joins, leaves and changes of the leader', async () => {
    const world = await FleetWorld.make({ shards: 8 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    const kept = new Set(names(b))
    await world.join('c')
    for (const shard of kept) if (!names(b).includes(shard)) kept.delete(shard)
    await world.do(a.fleet.leave())
    await world.settle()
    expect(kept.size).toBeGreaterThan(0)
    for (const shard of kept) expect(b.host.runs.filter((run) => run === b.host.run(shard))).toHaveLength(1)
    for (const shard of kept) {
      const states = b.log.filter((line) => line.startsWith(`${shard} `))
      expect(states.map((line) => line.split(' ')[1])).toEqual(['waiting', 'acquiring', 'opening', 'active'])
    }
  })

  it('has one writer per shard at any time when a worker stalls past its deadline', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    await writeUntil(world, () => world.clock.monotonic() > 20_000)
    a.process.stall()
    await writeUntil(world, () => b.active.length === 4)
    // It wakes up and knows nothing yet: asking the lease reads the clock.
    for (const run of a.host.active) expect(run.write()).toBe(false)
    a.process.resume()
    await writeUntil(world, () => a.sessions.length === 2 && world.isSettled)
    expect(a.host.active.every(({ lease }) => lease.isHeld())).toBe(true)
    expectOneWriterAtATime(world)
  })

  it('writes nothing past the deadline while the coordinator is away, however long', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    await writeUntil(world, () => world.clock.monotonic() > 20_000)
    const stoppedAt = world.clock.monotonic()
    world.tree.stop()
    // A tree that stands still has no timers of its own.
    for (let second = 0; second < 30; second += 1) {
      world.clock.ports.timers.set(1000, () => {})
      await writeUntil(world, () => world.clock.monotonic() >= stoppedAt + 1000 * (second + 1))
    }
    const lastWrite = world.events.findLast(({ what }) => what === 'write')!.at
    expect(lastWrite).toBeLessThan(stoppedAt + world.sessionTimeout)
    expect([...a.host.active, ...b.host.active]).toEqual([])
    world.tree.start()
    await writeUntil(world, () => world.isSettled)
    expectOneWriterAtATime(world)
  })

  it('stops all shards of a worker whose session is a new one', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const a = await world.join('a')
    const runs = a.host.runs.length
    a.session.faults.expire()
    await world.until(() => a.sessions.length === 2)
    expect(a.host.active).toEqual([])
    await world.settle()
    expect(a.host.runs).toHaveLength(2 * runs)
  })

  it('keeps the owner node of a worker that leaves with a write that does not settle', async () => {
    const world = await FleetWorld.make({ shards: 2 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    const [run] = a.host.active
    run!.writeInFlight = deferred()
    const giveUp = new AbortController()
    const leaving = a.fleet.leave({ signal: giveUp.signal })
    await world.clock.advance(60_000)
    expect(b.active).toHaveLength(1)
    giveUp.abort()
    await expect(world.do(leaving)).rejects.toMatchObject({ code: 'RK_STREAMING_LEAVE_UNFINISHED' })
    await world.clock.advance(60_000)
    expect(b.active).toHaveLength(1)
    a.kill()
    await world.until(() => b.active.length === 2)
  })

  it('needs no timer: the release of the old owner is all that the new one waits for', async () => {
    const world = await FleetWorld.make({ shards: 16 })
    const a = await world.join('a')
    for (const run of a.host.active) run.write()
    const b = world.start('b')
    await world.do(b.fleet.joined())
    const joinedAt = world.clock.monotonic()
    await world.until(() => b.active.length === 8)
    expect(world.clock.monotonic()).toBe(joinedAt)
  })

  it('does as the operator says: drains a worker, pauses the pipeline', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    await world.do(world.observer.create(`${world.paths.control}/drain`))
    await world.do(world.observer.create(`${world.paths.control}/drain/a`))
    await world.until(() => b.active.length === 4)
    expect((await world.view()).members).toHaveLength(2)
    await world.do(world.observer.create(`${world.paths.control}/pause`))
    await world.until(() => b.active.length === 0)
    await world.clock.advance(1000)
    expect((await world.view()).shards.every(({ owner }) => owner === undefined)).toBe(true)
    await world.do(world.observer.delete(`${world.paths.control}/pause`))
    await world.do(world.observer.delete(`${world.paths.control}/drain/a`))
    await world.settle()
    expect([a.active.length, b.active.length]).toEqual([2, 2])
  })

  it("misses no member that joins at the start of a leader's term", async () => {
    for (let delay = 0; delay <= 400; delay += 20) {
      const world = await FleetWorld.make({ shards: 2 })
      const a = world.start('a')
      await world.until(() => a.sessions.length === 1)
      a.session.faults.delayReplies(30)
      await world.clock.advance(delay)
      const b = world.start('b')
      await world.until(() => a.active.length === 1 && b.active.length === 1, 60_000)
    }
  })

  it('leaves also while the coordinator is away, once nothing of it can be written any more', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const a = await world.join('a')
    world.tree.stop()
    await world.clock.advance(1000)
    const leftAt = world.clock.monotonic()
    await world.do(a.fleet.leave())
    expect(world.clock.monotonic() - leftAt).toBeLessThan(2 * 5000)
    expect(a.isDone).toBe(true)
    expect(a.told.at(0)).toMatch(/^the coordinator is away: .* until the drain timeout/)
    expect(a.told.at(-1)).toMatch(/^left without the coordinator/)
    world.tree.start()
    // The end of its session gives its shards to others.
    expect((await world.join('b')).active).toHaveLength(4)
  })

  it('reports a shard that cannot go on, and hands it over when the worker leaves', async () => {
    const world = await FleetWorld.make({ shards: 2 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    const error = new Error('the position is out of range')
    a.host.active[0]!.fail(error)
    await world.until(() => a.failure === error)
    await world.do(a.fleet.leave())
    await world.until(() => b.active.length === 2)
  })

  it('lets the next owners wait for the shards of a worker that leaves before it gives them up', async () => {
    const world = await FleetWorld.make({ shards: 4 })
    const steps: string[] = []
    const noting = (worker: string): { onShardState: FleetOptions['onShardState'] & {} } => ({
      onShardState: (shard, state) => void steps.push(`${worker} ${shardKey(shard)} ${state}`),
    })
    const a = await world.join('a', noting('a'))
    await world.join('b', noting('b'))
    const given = a.active
    await world.do(a.fleet.leave())
    await world.settle()
    for (const shard of given) {
      expect(steps.indexOf(`b ${shard} waiting`)).toBeGreaterThan(-1)
      expect(steps.indexOf(`b ${shard} waiting`)).toBeLessThan(steps.indexOf(`a ${shard} releasing`))
    }
  })

  it('cuts drains short at the drain timeout of a leave, also when the plan was long in coming', async () => {
    const world = await FleetWorld.make({ shards: 2 })
    const [a, b] = [await world.join('a'), await world.join('b')]
    const run = b.host.active[0]!
    run.drain = async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      return 0
    }
    a.process.stall()
    const leftAt = world.clock.monotonic()
    await world.do(b.fleet.leave())
    expect(world.clock.monotonic() - leftAt).toBeLessThan(5100)
    await world.clock.advance(10)
    expect(b.told).toEqual([])
  })
})
