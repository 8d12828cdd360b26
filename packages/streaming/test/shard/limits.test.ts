import { deferred } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { FakeLease } from '../support/fake-lease.ts'
import { keyed, makeWorld, shard } from '../support/stream-world.ts'

const other = { topic: 'orders', partition: 1 }
/** Bytes in flight of a record of a test: key, value and its place in the columns. */
const RECORD = 2 + 2 + 48

describe('the trouble of a source', () => {
  it('hinders its worker, and counts as lasting after the stall timeout', async () => {
    const { clock, source, host } = makeWorld()
    expect(host.status.hindrances).toEqual([])
    source.trouble = { reason: 'no broker answers', since: clock.monotonic() }
    await clock.advance(10_000)
    const hindrance = { what: 'reading', reason: 'no broker answers' }
    expect(host.status.hindrances).toEqual([{ ...hindrance, duration: 10_000, isLasting: false }])
    await clock.advance(1)
    expect(host.status.hindrances).toEqual([{ ...hindrance, duration: 10_001, isLasting: true }])
    source.trouble = undefined
    expect(host.status.hindrances).toEqual([])
  })
})

describe('back-pressure', () => {
  it('stops the reading of a shard at its limit and goes on below it', async () => {
    const { clock, source, host, sink } = makeWorld({
      targets: ['north'],
      settings: { maxBytesInFlightPerShard: 15 * RECORD },
    })
    const gate = deferred()
    sink('north').behave = () => gate.promise
    source.append(shard, ...keyed(95))
    host.start(new FakeLease(clock, shard))
    await clock.advance(1000)
    expect(host.status.shards[0]).toMatchObject({ records: 20, batchesInFlight: 2 })
    gate.resolve()
    await clock.advance(1000)
    expect(host.status.shards[0]).toMatchObject({ records: 95, batchesInFlight: 0, bytesInFlight: 0 })
    expect(host.status.bytesInFlight).toBe(0)
  })

  it('counts all shards of the worker together as well', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'], settings: { maxBytesInFlight: 15 * RECORD } })
    const gate = deferred()
    sink('north').behave = () => gate.promise
    for (const each of [shard, other]) source.append(each, ...keyed(95))
    for (const each of [shard, other]) host.start(new FakeLease(clock, each))
    await clock.advance(1000)
    // The limit, and a batch of each shard that was being read.
    expect(host.status.bytesInFlight).toBeLessThanOrEqual(35 * RECORD)
    gate.resolve()
    await clock.advance(1000)
    expect(host.status.shards.map(({ records }) => records)).toEqual([95, 95])
  })

  it('gives a shard that is lost back what it had in flight', async () => {
    const { clock, source, host, sink } = makeWorld({
      targets: ['north'],
      fenced: true,
      settings: { maxBytesInFlight: 5 * RECORD },
    })
    const gate = deferred()
    sink('north').behave = () => gate.promise
    for (const each of [shard, other]) source.append(each, ...keyed(10))
    const lost = new FakeLease(clock, shard)
    host.start(lost)
    await clock.advance(10)
    host.start(new FakeLease(clock, other))
    await clock.advance(10)
    expect(host.status.shards.map(({ records }) => records)).toEqual([10, 0])
    lost.lose()
    await clock.advance(10)
    expect(host.status.shards.map(({ records }) => records)).toEqual([10])
  })
})

describe('a stalled shard', () => {
  it('is one with records on their way and no progress for stallTimeout', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'] })
    sink('north').behave = () => Promise.reject(new Error('no'))
    source.append(shard, ...keyed(3))
    host.start(new FakeLease(clock, shard))
    await clock.advance(9000)
    expect(host.status.shards[0]?.isStalled).toBe(false)
    await clock.advance(1500)
    expect(host.status.shards[0]).toMatchObject({ isStalled: true, lag: 3 })
    sink('north').behave = undefined
    await clock.advance(2000)
    expect(host.status.shards[0]).toMatchObject({ isStalled: false, lag: 0 })
  })

  it('is not one without work, however long, nor one that gets work after long', async () => {
    const { clock, source, host } = makeWorld()
    host.start(new FakeLease(clock, shard))
    await clock.advance(3_600_000)
    expect(host.status.shards[0]?.isStalled).toBe(false)
    source.append(shard, ...keyed(3))
    expect(host.status.shards[0]?.isStalled).toBe(false)
  })

  it('is one that cannot be opened', async () => {
    const { clock, host, positions } = makeWorld()
    positions.failReads = 1_000_000
    host.start(new FakeLease(clock, shard))
    await clock.advance(10_500)
    expect(host.status.shards[0]).toMatchObject({ state: 'opening', isStalled: true })
  })
})
