// Rules 16 and 19 of the protocol: who owns, what the token is, and how many shards are taken at once.
import { describe, expect, it, vi } from 'vitest'
import { isRingkeeperError, type Shard } from '@ringkeeper/core'
import type { ClaimOutcome } from '../../src/fleet/acquire-shards.ts'
import type { HeldLease } from '../../src/fleet/held-lease.ts'
import { ensureNodes } from '../../src/fleet/session-calls.ts'
import { shardsOf } from '../support/fleet-world.ts'
import { json, LeaseWorld, type LeaseWorker } from '../support/lease-world.ts'

const shard: Shard = { topic: 'orders', partition: 0 }

async function acquire(world: LeaseWorld, worker: LeaseWorker, onFree?: () => void): Promise<ClaimOutcome> {
  return await world.do(worker.tenure.value!.acquirer.acquire(shard, onFree))
}

function leaseOf(outcome: ClaimOutcome): HeldLease {
  if (outcome.kind !== 'leased') throw new Error(`the shard is ${outcome.kind}`)
  return outcome.lease
}

async function makeShardNodes(world: LeaseWorld, shards: readonly Shard[], data = json({})): Promise<void> {
  await world.do(ensureNodes(world.observer, [world.paths.topic('orders')]))
  for (const each of shards) await world.do(world.observer.create(world.paths.shard(each), data))
}

describe('acquiring shards', () => {
  it('takes 200 that are asked for together in one transaction', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const multi = vi.spyOn(worker.session, 'multi')
    const { acquirer } = worker.tenure.value!
    const outcomes = await world.do(Promise.all(shardsOf(200).map((each) => acquirer.acquire(each))))
    const zxid = ((await multi.mock.results.at(-1)!.value) as { zxid: bigint }).zxid
    expect(new Set(outcomes.map((outcome) => leaseOf(outcome).token))).toEqual(new Set([zxid]))
    expect(multi.mock.calls.filter(([operations]) => operations.length > 1)).toHaveLength(1)
  })

  it('looks first who owns them: one busy shard does not fail the transaction of the others', async () => {
    const world = await LeaseWorld.make()
    const [a, b] = [await world.worker('a'), await world.worker('b')]
    leaseOf(await acquire(world, a))
    const multi = vi.spyOn(b.session, 'multi')
    const { acquirer } = b.tenure.value!
    const outcomes = await world.do(Promise.all(shardsOf(200).map((each) => acquirer.acquire(each))))
    expect(outcomes.map(({ kind }) => kind)).toEqual(['busy', ...Array.from({ length: 199 }, () => 'leased')])
    const takes = multi.mock.results.filter((_, index) => multi.mock.calls[index]![0].length > 1)
    expect(takes).toHaveLength(1)
    await expect(takes[0]!.value).resolves.toBeDefined()
  })

  it('knows after a lost reply that it has succeeded, even on a server that lags behind', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    await makeShardNodes(world, [shard], json({ nextOffset: 40 }))
    const multi = vi.spyOn(worker.session, 'multi')
    const lease = leaseOf(await acquire(world, worker, () => worker.session.faults.loseReply({ thenLag: true })))
    expect(multi.mock.calls.filter(([operations]) => operations.length > 1)).toHaveLength(1)
    const owner = await world.owner(shard)
    expect(owner!.token).toBe(lease.token)
    expect(lease.version).toBe(1)
    expect(lease.nextOffset).toBe(40)
  })

  it("does not take over the node of another session, although it has the same worker's id", async () => {
    const world = await LeaseWorld.make()
    const former = await world.worker('a')
    leaseOf(await acquire(world, former))
    await world.do(former.session.delete(world.paths.member('a')))
    const restarted = await world.worker('a')
    expect((await acquire(world, restarted)).kind).toBe('busy')
    expect((await world.owner(shard))!.session).toBe(former.session.sessionId)
  })

  it("takes nothing when the worker's own member node is gone", async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    await world.do(world.observer.delete(world.paths.member('a')))
    const error = await acquire(world, worker).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(isRingkeeperError(error, 'RK_CORE_HOLD_LOST')).toBe(true)
    expect(await world.owner(shard)).toBeUndefined()
    expect(worker.tenure.value!.hold.signal.aborted).toBe(true)
  })

  it("keeps the position in the shard's node, also one that is written in between", async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    await makeShardNodes(world, [shard], json({ nextOffset: 10 }))
    let isFirst = true
    const lease = leaseOf(
      await acquire(world, worker, () => {
        if (isFirst) void world.observer.set(world.paths.shard(shard), json({ nextOffset: 50 }))
        isFirst = false
      }),
    )
    expect(lease.nextOffset).toBe(50)
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 50, lastOwner: 'a' })
  })

  it('gives tokens that grow over all shards and owners', async () => {
    const world = await LeaseWorld.make()
    const [a, b] = [await world.worker('a'), await world.worker('b')]
    const first = leaseOf(await acquire(world, a))
    const { acquirer } = b.tenure.value!
    const second = leaseOf(await world.do(acquirer.acquire({ topic: 'orders', partition: 1 })))
    await world.do(a.session.close())
    const third = leaseOf(await acquire(world, b))
    expect(first.token < second.token && second.token < third.token).toBe(true)
  })

  it('gives a node back that it got without hearing of it, after the hold was lost meanwhile', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    await makeShardNodes(world, [shard])
    worker.session.faults.delayReplies(50)
    const task = worker.task(shard)
    await world.clock.runUntil(() => task.state === 'acquiring')
    // The transaction is on its way: it is applied, and nobody answers for longer than the deadline.
    await world.clock.advance(0)
    expect(await world.owner(shard)).toMatchObject({ nodeId: 'a' })
    expect(task.state).toBe('acquiring')
    world.tree.stop()
    await world.clock.advance(10_000)
    task.set({ isWanted: false, tenure: undefined })
    world.tree.start()
    await world.clock.runUntil(() => task.state === 'idle')
    expect(worker.session.state).toBe('connected')
    expect(worker.host.runs).toEqual([])
    expect(await world.owner(shard)).toBeUndefined()
  })

  it('opens nothing under a lease that it got without hearing of it before the hold was lost', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    await makeShardNodes(world, [shard])
    worker.session.faults.delayReplies(50)
    const task = worker.task(shard)
    await world.clock.runUntil(() => task.state === 'acquiring')
    await world.clock.advance(0)
    const unheard = await world.owner(shard)
    world.tree.stop()
    await world.clock.advance(10_000)
    world.tree.start()
    await world.clock.runUntil(() => worker.session.state === 'connected')
    task.set({ isWanted: true, tenure: worker.renew() })
    await world.clock.runUntil(() => task.state === 'active')
    expect(worker.host.runs).toHaveLength(1)
    expect(task.lease!.isHeld()).toBe(true)
    expect(task.lease!.token).toBeGreaterThan(unheard!.token)
    expect((await world.owner(shard))!.token).toBe(task.lease!.token)
  })
})
