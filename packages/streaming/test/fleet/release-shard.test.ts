// Rule 17 of the protocol: a release speaks for one lease of one session, and for no other.
import { describe, expect, it } from 'vitest'
import type { Shard } from '@ringkeeper/core'
import type { HeldLease } from '../../src/fleet/held-lease.ts'
import { releaseShard } from '../../src/fleet/release-shard.ts'
import { json, LeaseWorld, type LeaseWorker } from '../support/lease-world.ts'

const shard: Shard = { topic: 'orders', partition: 0 }

async function lease(world: LeaseWorld, worker: LeaseWorker): Promise<HeldLease> {
  const outcome = await world.do(worker.tenure.value!.acquirer.acquire(shard))
  if (outcome.kind !== 'leased') throw new Error(`the shard is ${outcome.kind}`)
  return outcome.lease
}

describe('releasing a shard', () => {
  it('does not delete the owner node of a newer lease of the same session', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const older = await lease(world, worker)
    const newer = await lease(world, worker)
    await world.do(releaseShard(older, world.paths, { position: 3 }))
    expect(await world.owner(shard)).toMatchObject({ token: newer.token })
    expect(await world.shardNode(shard)).not.toHaveProperty('nextOffset')
    await world.do(releaseShard(newer, world.paths, { position: 9 }))
    expect(await world.owner(shard)).toBeUndefined()
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 9 })
  })

  it("does not delete the next owner's node when the session has expired", async () => {
    const world = await LeaseWorld.make()
    const [a, b] = [await world.worker('a'), await world.worker('b')]
    const former = await lease(world, a)
    a.session.faults.expire()
    await world.clock.advance(1000)
    await a.join().catch(() => {})
    const next = await lease(world, b)
    await world.do(releaseShard(former, world.paths, { position: 3 }))
    expect(await world.owner(shard)).toMatchObject({ token: next.token })
    expect(await world.shardNode(shard)).not.toHaveProperty('nextOffset')
  })

  it("does not delete the next owner's node after its own reply was lost", async () => {
    const world = await LeaseWorld.make()
    const [a, b] = [await world.worker('a'), await world.worker('b')]
    const first = await lease(world, a)
    a.session.faults.loseReply()
    const releasing = releaseShard(first, world.paths, { position: 3 })
    expect(await world.owner(shard)).toBeUndefined()
    const next = await lease(world, b)
    await world.do(releasing)
    expect(await world.owner(shard)).toMatchObject({ token: next.token, nodeId: 'b' })
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 3, lastOwner: 'b' })
  })

  it('tries again after a lost connection until the node is gone', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const held = await lease(world, worker)
    worker.session.faults.disconnect()
    const releasing = releaseShard(held, world.paths, { position: 3 })
    await world.clock.advance(1000)
    worker.session.faults.reconnect()
    await world.do(releasing)
    expect(await world.owner(shard)).toBeUndefined()
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 3 })
  })

  it("succeeds although an operator has edited the shard's node", async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const held = await lease(world, worker)
    await world.do(world.observer.set(world.paths.shard(shard), json({ nextOffset: 1 })))
    await world.do(releaseShard(held, world.paths, { position: 3 }))
    expect(await world.owner(shard)).toBeUndefined()
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 3 })
  })
})

describe('releasing many shards in one turn', () => {
  const shards = Array.from({ length: 5 }, (_, partition) => ({ topic: 'orders', partition }))

  async function leases(world: LeaseWorld, worker: LeaseWorker): Promise<readonly HeldLease[]> {
    const { acquirer } = worker.tenure.value!
    const outcomes = await world.do(Promise.all(shards.map((each) => acquirer.acquire(each))))
    return outcomes.flatMap((outcome) => (outcome.kind === 'leased' ? [outcome.lease] : []))
  }

  it('takes one transaction', async () => {
    const world = await LeaseWorld.make()
    const held = await leases(world, await world.worker('a'))
    await world.do(Promise.all(held.map((each, position) => releaseShard(each, world.paths, { position }))))
    const nodes = await Promise.all(shards.map((each) => world.observer.exists(world.paths.shard(each))))
    expect(new Set(nodes.map((node) => node!.mzxid)).size).toBe(1)
    expect(await world.shardNode(shards[4]!)).toMatchObject({ nextOffset: 4 })
    expect(await world.owner(shards[4]!)).toBeUndefined()
  })

  it('gives back each of them when one is refused or a reply is lost', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const held = await leases(world, worker)
    await world.do(world.observer.set(world.paths.shard(shards[2]!), json({ nextOffset: 1 })))
    worker.session.faults.loseReply()
    await world.do(Promise.all(held.map((each, position) => releaseShard(each, world.paths, { position }))))
    for (const [position, each] of shards.entries()) {
      expect(await world.owner(each)).toBeUndefined()
      expect(await world.shardNode(each)).toMatchObject({ nextOffset: position })
    }
  })
})

describe('mirroring positions', () => {
  it('writes those of many shards in one transaction, once per interval, and releases after it', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const { acquirer } = worker.tenure.value!
    const shards = Array.from({ length: 50 }, (_, partition) => ({ topic: 'orders', partition }))
    const outcomes = await world.do(Promise.all(shards.map((each) => acquirer.acquire(each))))
    const leases = outcomes.flatMap((outcome) => (outcome.kind === 'leased' ? [outcome.lease] : []))
    const stat = async (): Promise<bigint> => (await world.do(world.observer.exists(world.paths.shard(shard))))!.mzxid
    const before = await stat()
    const mirrored = leases.flatMap((each) => [each.mirror(1), each.mirror(2)])
    await world.clock.advance(1900)
    expect(await stat()).toBe(before)
    await world.do(Promise.all(mirrored))
    const after = await Promise.all(shards.map((each) => world.observer.exists(world.paths.shard(each))))
    expect(new Set(after.map((node) => node!.mzxid)).size).toBe(1)
    expect(await world.shardNode(shards[49]!)).toMatchObject({ nextOffset: 2 })
    await world.do(leases[0]!.mirror(5))
    const overtaken = leases[0]!.mirror(6)
    await world.do(releaseShard(leases[0]!, world.paths, { position: 7 }))
    await world.do(overtaken)
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 7 })
    expect(await world.owner(shard)).toBeUndefined()
  })

  it('knows after a lost reply that it has written, and goes on with the right version', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const held = await lease(world, worker)
    const mirrored = held.mirror(4)
    await world.clock.advance(1999)
    worker.session.faults.loseReply({ thenLag: true })
    await world.do(mirrored)
    await world.do(held.mirror(6))
    expect(held.isHeld()).toBe(true)
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 6 })
  })

  it('loses the lease whose node somebody else has written, and writes the others', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const held = await lease(world, worker)
    const outcome = await world.do(worker.tenure.value!.acquirer.acquire({ topic: 'orders', partition: 1 }))
    if (outcome.kind !== 'leased') throw new Error('it should be free')
    await world.do(world.observer.set(world.paths.shard(shard), json({ nextOffset: 99 })))
    const [lost, written] = [held.mirror(4), outcome.lease.mirror(5)]
    await expect(world.do(lost)).rejects.toMatchObject({ code: 'RK_STREAMING_LEASE_LOST' })
    await world.do(written)
    expect(held.isHeld()).toBe(false)
    expect(await world.shardNode(shard)).toMatchObject({ nextOffset: 99 })
  })

  it('is refused when the lease is not held', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const held = await lease(world, worker)
    await world.clock.advance(10_000)
    world.tree.stop()
    await world.clock.advance(10_000)
    await expect(held.mirror(1)).rejects.toMatchObject({ code: 'RK_STREAMING_LEASE_LOST' })
  })

  it('waits out the doubt after the machine has slept', async () => {
    const world = await LeaseWorld.make()
    const worker = await world.worker('a')
    const held = await lease(world, worker)
    await world.clock.advance(10_000)
    world.clock.suspendMachine(1000)
    expect(held.isHeld()).toBe(false)
    await world.do(held.whenHeld())
    expect(held.isHeld()).toBe(true)
  })
})
