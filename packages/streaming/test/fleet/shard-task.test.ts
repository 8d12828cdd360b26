import { describe, expect, it } from 'vitest'
import { deferred } from '@ringkeeper/core'
import { LeaseWorld, type LeaseWorker } from '../support/lease-world.ts'
import type { ShardTask } from '../../src/fleet/shard-task.ts'

const shard = { topic: 'orders', partition: 0 }

async function activeTask(world: LeaseWorld, worker: LeaseWorker): Promise<ShardTask> {
  const task = worker.task(shard)
  await world.clock.runUntil(() => task.state === 'active')
  return task
}

describe('a shard on one worker', () => {
  it('goes through its states from idle to idle', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    expect(worker.host.run('orders/0')!.write(7)).toBe(true)
    task.set({ isWanted: false, tenure: worker.tenure.value })
    await world.clock.runUntil(() => task.state === 'idle')
    expect(worker.log.map((line) => line.split(' ')[1])).toEqual([
      'waiting',
      'acquiring',
      'opening',
      'active',
      'draining',
      'committing',
      'releasing',
      'idle',
    ])
    expect(worker.host.events.map(({ what }) => what)).toEqual(['start', 'write', 'drain', 'commit'])
    expect(await world.shardNode(shard)).toMatchObject({ lastOwner: 'a', nextOffset: 7 })
    expect(await world.owner(shard)).toBeUndefined()
  })

  it('ends with the error of a run that could not open', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const { start } = worker.host
    worker.host.start = (...given) => {
      // Once only: a task that goes on would otherwise try for ever.
      worker.host.start = start
      const opened = Promise.reject(new Error('cannot open'))
      opened.catch(() => {})
      return Object.defineProperty(start(...given), 'opened', { value: opened })
    }
    worker.task(shard)
    await world.clock.advance(1000)
    expect(worker.failures.map(String)).toEqual(['Error: cannot open'])
  })

  it("is owned by the session, with the owner node's transaction as its token", async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    expect(await world.owner(shard)).toMatchObject({
      nodeId: 'a',
      token: task.lease!.token,
      session: worker.session.sessionId,
    })
  })

  it('is handed over by the deletion of the owner node alone', async () => {
    const world = await LeaseWorld.make()
    const [a, b] = [await world.worker('a'), await world.worker('b')]
    const from = await activeTask(world, a)
    a.host.run('orders/0')!.write(5)
    const to = b.task(shard)
    await world.clock.advance(1000)
    expect(to.state).toBe('waiting')
    expect(b.host.prepared).toContain('orders/0')
    from.set({ isWanted: false, tenure: a.tenure.value })
    await world.clock.runUntil(() => to.state === 'active', { limit: 0 })
    expect(to.lease!.nextOffset).toBe(5)
    expect(to.lease!.token).toBeGreaterThan(a.host.events[0]!.token)
  })

  it('is released without being opened when it is not wanted any more', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    worker.session.faults.delayReplies(50)
    const task = worker.task(shard)
    await world.clock.runUntil(() => task.state === 'acquiring')
    task.set({ isWanted: false, tenure: worker.tenure.value })
    await world.clock.runUntil(() => task.state === 'idle')
    expect(worker.host.runs).toEqual([])
    expect(await world.owner(shard)).toBeUndefined()
  })

  it('is fenced before the server can give it to somebody else, and then taken by the waiter', async () => {
    const world = await LeaseWorld.make()
    const [a, b] = [await world.worker('a'), await world.worker('b')]
    const from = await activeTask(world, a)
    const to = b.task(shard)
    await world.clock.advance(10_000)
    const run = a.host.run('orders/0')!
    a.session.faults.disconnect()
    let lastWrite = 0
    await world.clock.runUntil(() => {
      if (run.write()) lastWrite = world.clock.monotonic()
      return to.state === 'active'
    })
    expect(from.state).toBe('idle')
    expect(a.host.events.at(-1)!.what).toBe('fence')
    const taken = b.host.events[0]!.at
    expect(lastWrite).toBeLessThan(taken)
    expect(a.host.events.at(-1)!.at).toBeLessThan(taken)
  })

  it('goes on over a reconnect of the session before the deadline', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    await world.clock.advance(10_000)
    worker.session.faults.disconnect()
    await world.clock.advance(1500)
    expect(worker.host.run('orders/0')!.write()).toBe(true)
    worker.session.faults.reconnect()
    await world.clock.advance(10_000)
    expect(worker.host.runs).toHaveLength(1)
    expect(task.state).toBe('active')
  })

  it('is acquired again under a new token when the session outlives the fence', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    const first = task.lease!.token
    await world.clock.advance(10_000)
    world.tree.stop()
    await world.clock.runUntil(() => task.state === 'idle')
    world.tree.start()
    await world.clock.runUntil(() => worker.session.state === 'connected')
    task.set({ isWanted: true, tenure: worker.renew() })
    await world.clock.runUntil(() => task.state === 'active')
    expect(task.lease!.token).toBeGreaterThan(first)
    expect((await world.owner(shard))!.token).toBe(task.lease!.token)
  })

  it('is given back after the fence when the session outlives it and the plan has moved the shard', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    await world.clock.advance(10_000)
    world.tree.stop()
    await world.clock.runUntil(() => task.state === 'idle')
    task.set({ isWanted: false, tenure: undefined })
    world.tree.start()
    await world.clock.advance(1000)
    expect(await world.owner(shard)).toBeUndefined()
    expect(worker.session.state).toBe('connected')
  })

  it('is not acquired again before the writes of the fenced run have settled', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    const write = deferred()
    worker.host.run('orders/0')!.writeInFlight = write
    await world.clock.advance(10_000)
    world.tree.stop()
    await world.clock.runUntil(() => task.state === 'fenced')
    world.tree.start()
    await world.clock.runUntil(() => worker.session.state === 'connected')
    task.set({ isWanted: true, tenure: worker.renew() })
    await world.clock.advance(10_000)
    expect(task.state).toBe('fenced')
    write.resolve()
    await world.clock.runUntil(() => task.state === 'active')
  })

  it('keeps its owner node while a write has not settled', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    const write = deferred()
    const run = worker.host.run('orders/0')!
    run.writeInFlight = write
    task.set({ isWanted: false, tenure: worker.tenure.value })
    await world.clock.advance(60_000)
    expect(run.drainSignal!.aborted).toBe(true)
    expect(await world.owner(shard)).toMatchObject({ nodeId: 'a' })
    write.resolve()
    await world.clock.runUntil(() => task.state === 'idle')
    expect(await world.owner(shard)).toBeUndefined()
  })

  it('commits before it releases, and tries a failed commit again', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    const run = worker.host.run('orders/0')!
    let attempts = 0
    run.commit = async () => {
      attempts += 1
      expect(await world.observer.exists(world.paths.owner(shard))).toBeDefined()
      if (attempts < 3) throw new Error('the broker is away')
    }
    task.set({ isWanted: false, tenure: worker.tenure.value })
    await world.clock.runUntil(() => task.state === 'idle')
    expect(attempts).toBe(3)
  })

  it('releases with the position in its node when the commit fails for the whole drain timeout', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    const run = worker.host.run('orders/0')!
    run.write(9)
    run.commit = () => Promise.reject(new Error('the broker is away'))
    task.set({ isWanted: false, tenure: worker.tenure.value })
    await world.clock.runUntil(() => task.state === 'idle')
    expect(worker.host.events.at(-1)!.what).toBe('fence')
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 9 })
  })

  it('is marked as done when its run has read it to the end, and never acquired again', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    worker.host.run('orders/0')!.write(3)
    worker.host.run('orders/0')!.finish()
    await world.clock.runUntil(() => worker.log.at(-1) === 'orders/0 waiting')
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 3, done: true })
    await world.clock.advance(10_000)
    expect(worker.host.runs).toHaveLength(1)
    task.set({ isWanted: false, tenure: worker.tenure.value })
    await world.clock.runUntil(() => task.state === 'idle')
  })

  it('is drained, committed and given back when its run fails, and the error is reported', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    await activeTask(world, worker)
    const run = worker.host.run('orders/0')!
    run.write(7)
    const error = new Error('a record that nobody can read')
    run.fail(error)
    await world.clock.runUntil(() => worker.failures.length > 0)
    expect(worker.failures).toEqual([error])
    expect(worker.host.events.map(({ what }) => what)).toEqual(['start', 'write', 'drain', 'commit'])
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 7 })
    expect(await world.owner(shard)).toBeUndefined()
  })

  it('is drained to its end when its run fails meanwhile, and the error is reported', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    const run = worker.host.run('orders/0')!
    run.write(7)
    run.writeInFlight = deferred()
    task.set({ isWanted: false, tenure: worker.tenure.value })
    await world.clock.runUntil(() => task.state === 'draining')
    const error = new Error('a record that nobody takes')
    run.fail(error)
    await world.clock.advance(10)
    expect(task.state).toBe('draining')
    run.writeInFlight.resolve()
    await world.clock.runUntil(() => worker.failures.length > 0)
    expect(worker.failures).toEqual([error])
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 7 })
  })

  it('is fenced and given back, with the position in its node as it is, when its run fails and must not commit', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    await activeTask(world, worker)
    const run = worker.host.run('orders/0')!
    run.write(7)
    const error = new Error('somebody newer has committed')
    run.drain = () => Promise.reject(error)
    run.fail(error)
    await world.clock.runUntil(() => worker.failures.length > 0)
    expect(worker.failures).toEqual([error])
    expect((await world.shardNode(shard))['nextOffset']).toBeUndefined()
    expect(worker.host.events.at(-1)!.what).toBe('fence')
    expect(await world.owner(shard)).toBeUndefined()
  })

  it('is lost, and has not failed, when its run fails while the lease is in doubt and turns out to be lost', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    await world.clock.advance(10_000)
    worker.session.faults.disconnect()
    world.clock.suspendMachine(1000)
    expect(task.lease!.isHeld()).toBe(false)
    // Such as a sink that has seen the next owner's token.
    worker.host.run('orders/0')!.fail(new Error('a newer token was seen'))
    await world.clock.advance(10)
    worker.session.faults.expire()
    await world.clock.runUntil(() => task.state === 'idle')
    expect(worker.log.at(-2)).toBe('orders/0 fenced')
    expect(worker.failures).toEqual([])
    await worker.join()
    task.set({ isWanted: true, tenure: worker.tenure.value })
    await world.clock.runUntil(() => task.state === 'active')
  })

  it('is fenced when its owner node is deleted by somebody else', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const task = await activeTask(world, worker)
    const first = task.lease!
    await world.do(world.observer.delete(world.paths.owner(shard)))
    await world.clock.runUntil(() => task.state === 'active' && task.lease !== first)
    expect(first.isHeld()).toBe(false)
    expect(worker.host.runs).toHaveLength(2)
  })
})
