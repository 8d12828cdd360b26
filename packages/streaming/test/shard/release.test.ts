import { deferred } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { FakeLease } from '../support/fake-lease.ts'
import { failing } from '../support/fake-sink.ts'
import { keyed, makeWorld, shard } from '../support/stream-world.ts'

/** When a source may use the memory of its batches again. */
describe('the memory of a batch', () => {
  it('is given back once all of its records are acknowledged by every target', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north', 'south'] })
    const gate = deferred()
    sink('south').behave = () => gate.promise
    source.append(shard, ...keyed(30))
    host.start(new FakeLease(clock, shard))
    await clock.advance(100)
    expect(source.released).toBe(0)
    gate.resolve()
    await clock.advance(100)
    expect(source.released).toBe(3)
    expect([...sink('north').offsets, ...sink('south').offsets].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 30 }, (_, offset) => offset),
    )
  })

  it('is kept where a sink may keep it', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'], retainsBytes: true })
    source.append(shard, ...keyed(30))
    host.start(new FakeLease(clock, shard))
    await clock.advance(100)
    expect(sink('north').offsets).toHaveLength(30)
    expect(source.released).toBe(0)
  })

  it('is there for a record that is tried again', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'] })
    sink('north').behave = failing([4])
    source.append(shard, ...keyed(10))
    host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    expect(source.released).toBe(0)
    sink('north').behave = undefined
    await clock.advance(5000)
    expect(sink('north').offsets).toContain(4)
    expect(source.released).toBe(1)
  })

  it('is not touched after a shard was lost with a write under way', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'], fenced: true })
    const gate = deferred()
    sink('north').behave = () => gate.promise
    source.append(shard, ...keyed(10))
    const lease = new FakeLease(clock, shard)
    host.start(lease)
    await clock.advance(10)
    lease.lose()
    await clock.advance(10)
    gate.resolve()
    await clock.advance(100)
    expect(source.released).toBe(0)
    expect(sink('north').offsets).toEqual(Array.from({ length: 10 }, (_, offset) => offset))
  })
})
