// Protects rules 23 and 24: positions are acknowledged prefixes, never go back, are mirrored, and outlive late commits.
import { deferred } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { FakeLease } from '../support/fake-lease.ts'
import { failing } from '../support/fake-sink.ts'
import { FakeSource } from '../support/fake-source.ts'
import { keyed, makeWorld, shard } from '../support/stream-world.ts'

describe('the position of a shard', () => {
  it('stays before a record that is not acknowledged, while later ones are', async () => {
    const { clock, source, host, sink, positions } = makeWorld()
    source.append(shard, ...keyed(30))
    sink('north').behave = failing([11, 12, 13, 14, 15, 16, 17])
    const run = host.start(new FakeLease(clock, shard))
    await clock.run(run.opened)
    await clock.advance(3000)
    expect(positions.stored.get('orders/0')?.position).toBe(10)
    sink('north').behave = undefined
    await clock.advance(3000)
    expect(positions.stored.get('orders/0')?.position).toBe(30)
  })

  it('is no trouble of the worker any more when its commit fails after it has left', async () => {
    const { clock, source, host, positions } = makeWorld()
    source.append(shard, ...keyed(5))
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(2000)
    const asked = deferred<void>()
    positions.commit = async () => {
      await asked.promise
      throw new Error('the broker is away')
    }
    source.append(shard, ...keyed(5))
    await clock.advance(1100)
    await clock.run(run.fence())
    asked.resolve()
    await clock.advance(1000)
    expect(host.status.hindrances).toEqual([])
  })

  it('commits all shards of the worker together', async () => {
    const { clock, source, host, positions } = makeWorld()
    const shards = [0, 1, 2].map((partition) => ({ topic: 'orders', partition }))
    for (const each of shards) source.append(each, ...keyed(5))
    for (const each of shards) host.start(new FakeLease(clock, each))
    await clock.advance(1500)
    expect(positions.commits.map((commit) => commit.map(({ position }) => position))).toEqual([
      [0, 0, 0],
      [5, 5, 5],
    ])
  })

  it('is mirrored to the node at intervals, when it has moved', async () => {
    const { clock, source, host } = makeWorld()
    const lease = new FakeLease(clock, shard)
    source.append(shard, ...keyed(5))
    host.start(lease)
    await clock.advance(10_000)
    expect(lease.mirrored).toEqual([5])
    source.append(shard, ...keyed(5))
    await clock.advance(3000)
    expect(lease.mirrored).toEqual([5, 10])
  })

  it('is committed again, once, when a late commit of the former owner overwrote it', async () => {
    const { clock, source, host, positions } = makeWorld()
    source.append(shard, ...keyed(50))
    host.start(new FakeLease(clock, shard, { token: 20n }))
    await clock.advance(1500)
    expect(positions.stored.get('orders/0')?.position).toBe(50)
    // The former owner's commit was in a socket all the time; this shard is idle and would not commit again.
    positions.stored.set('orders/0', { position: 10, metadata: '{"ringkeeper":1,"token":"10","node":"w0"}' })
    await clock.advance(3000)
    expect(positions.stored.get('orders/0')).toEqual({
      position: 50,
      metadata: '{"ringkeeper":1,"token":"20","node":"w1"}',
    })
  })

  it('fails when it finds a commit of a newer owner', async () => {
    const { clock, host, positions } = makeWorld()
    const run = host.start(new FakeLease(clock, shard, { token: 20n }))
    await clock.advance(1500)
    positions.stored.set('orders/0', { position: 10, metadata: '{"ringkeeper":1,"token":"30","node":"w3"}' })
    await clock.advance(3000)
    await expect(run.failed).rejects.toMatchObject({ code: 'RK_STREAMING_TOKEN_NOT_NEWER' })
    // Nor may its last position overwrite that commit.
    const drained = run.drain({ signal: new AbortController().signal })
    await expect(drained).rejects.toMatchObject({ code: 'RK_STREAMING_TOKEN_NOT_NEWER' })
  })

  it('is committed again every hour when it does not move, because brokers forget', async () => {
    const { clock, host, positions } = makeWorld()
    host.start(new FakeLease(clock, shard))
    await clock.advance(2.5 * 3_600_000)
    expect(positions.commits).toHaveLength(3)
  })

  it('stops the reading while commits fail, and shows why', async () => {
    const { clock, source, host, positions } = makeWorld()
    source.append(shard, ...keyed(5))
    host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    positions.failCommits = 8
    await clock.advance(1100)
    source.append(shard, ...keyed(20))
    expect(host.status.commitFailure).toBeInstanceOf(Error)
    await clock.advance(200)
    // The read that was waiting took the first batch.
    expect(host.status.shards[0]?.records).toBe(15)
    await clock.advance(3000)
    expect(host.status.commitFailure).toBeUndefined()
    expect(positions.stored.get('orders/0')?.position).toBe(25)
  })

  it('hinders its worker as long as its commits fail, and no longer', async () => {
    const { clock, source, host, positions } = makeWorld()
    source.append(shard, ...keyed(5))
    const run = host.start(new FakeLease(clock, shard))
    positions.failCommits = 1e6
    await clock.advance(5000)
    expect(host.status.hindrances).toEqual([
      { what: 'committing', reason: 'the broker is away', duration: expect.closeTo(5000, -2), isLasting: false },
    ])
    await clock.advance(6000)
    expect(host.status.hindrances).toMatchObject([{ what: 'committing', isLasting: true }])
    positions.failCommits = 0
    await clock.advance(3000)
    expect(host.status.hindrances).toEqual([])
    // Nor when the shard has gone elsewhere meanwhile.
    positions.failCommits = 1e6
    source.append(shard, ...keyed(5))
    await clock.advance(3000)
    expect(host.status.hindrances).toHaveLength(1)
    await clock.run(run.fence())
    expect(host.status.hindrances).toEqual([])
  })

  it('is committed again when a commit that was given up arrives after all', async () => {
    const { clock, source, host, positions } = makeWorld()
    host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    const gate = deferred()
    positions.gate = gate.promise
    source.append(shard, ...keyed(5))
    await clock.advance(1600)
    positions.gate = undefined
    source.append(shard, ...keyed(5))
    await clock.advance(1500)
    expect(positions.stored.get('orders/0')?.position).toBe(10)
    gate.resolve()
    await clock.advance(10)
    expect(positions.commits.at(-2)?.[0]?.position).toBe(5)
    expect(positions.stored.get('orders/0')?.position).toBe(10)
  })

  it('is committed again later when a commit had no answer, which may have arrived after its successor', async () => {
    const { clock, source, host, positions } = makeWorld()
    host.start(new FakeLease(clock, shard))
    await clock.advance(5000)
    positions.failCommits = 1
    source.append(shard, ...keyed(5))
    await clock.advance(1200)
    source.append(shard, ...keyed(5))
    await clock.advance(1200)
    expect(positions.stored.get('orders/0')?.position).toBe(10)
    positions.stored.set('orders/0', { position: 5, metadata: '{"ringkeeper":1,"token":"1","node":"w1"}' })
    await clock.advance(5000)
    expect(positions.stored.get('orders/0')?.position).toBe(10)
  })

  it('lives in the node alone where the source keeps none', async () => {
    const { clock, source, host } = makeWorld({ source: new FakeSource(null) })
    source.append(shard, ...keyed(50))
    const lease = new FakeLease(clock, shard, { nextOffset: 30 })
    const run = host.start(lease)
    await clock.run(run.opened)
    expect(lease.mirrored).toEqual([30])
    await clock.advance(1000)
    expect(lease.mirrored).toEqual([30, 50])
  })
})

describe('a position that the source no longer has', () => {
  it('goes where the policy says once everything is acknowledged, and is committed there', async () => {
    const { clock, source, host, sink, positions } = makeWorld()
    source.append(shard, ...keyed(20))
    const gate = deferred()
    for (const name of ['north', 'south']) sink(name).behave = () => gate.promise
    host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    source.lose(shard, 40, 40)
    source.append(shard, ...keyed(40))
    await clock.advance(300)
    expect(source.opened).toEqual([0])
    gate.resolve()
    await clock.advance(300)
    expect(source.opened).toEqual([0, 40])
    expect(positions.commits.map((commit) => commit[0]?.position)).toEqual([0, 40])
    await clock.advance(1000)
    expect(positions.stored.get('orders/0')?.position).toBe(60)
  })

  it('lets no record leave from there before it is committed: the next owner would be sent further on', async () => {
    const { clock, source, host, written, positions } = makeWorld()
    source.append(shard, ...keyed(20))
    host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    const gate = deferred()
    positions.gate = gate.promise
    source.lose(shard, 40, 40)
    source.append(shard, ...keyed(40))
    await clock.advance(400)
    expect(written()).toHaveLength(20)
    gate.resolve()
    await clock.advance(400)
    expect(written()).toHaveLength(40)
  })

  it('goes back as well, by the policy only', async () => {
    const { clock, source, host, positions } = makeWorld()
    source.append(shard, ...keyed(20))
    positions.stored.set('orders/0', { position: 500, metadata: '' })
    source.lose(shard, 1000, 4)
    const lease = new FakeLease(clock, shard)
    const run = host.start(lease)
    await clock.run(run.opened)
    await clock.advance(10)
    source.lose(shard, 0)
    expect(lease.mirrored).toEqual([4])
    await clock.advance(1500)
    expect(source.opened).toEqual([500, 4])
    expect(positions.stored.get('orders/0')?.position).toBe(20)
  })

  it('fails the shard where the policy is to fail', async () => {
    const { clock, source, host } = makeWorld()
    source.lose(shard, 10)
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    await expect(run.failed).rejects.toMatchObject({ code: 'RK_CORE_POSITION_OUT_OF_RANGE' })
    expect(host.status.shards[0]).toMatchObject({ state: 'failed', error: { code: 'RK_CORE_POSITION_OUT_OF_RANGE' } })
  })
})
