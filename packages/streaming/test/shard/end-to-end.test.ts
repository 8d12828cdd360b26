import { HashRing } from '@ringkeeper/hashing'
import { describe, expect, it } from 'vitest'
import { FakeLease } from '../support/fake-lease.ts'
import { keyed, makeWorld, shard } from '../support/stream-world.ts'

describe('a shard under a lease', () => {
  it('brings every record to the target that the ring says, in order, and commits behind them', async () => {
    const { clock, source, host, sink, positions } = makeWorld()
    source.append(shard, ...keyed(95))
    const run = host.start(new FakeLease(clock, shard))
    await clock.run(run.opened)
    await clock.advance(1000)
    const ring = new HashRing(['north', 'south'], { pointsPerWeight: 64 })
    for (const name of ['north', 'south']) {
      expect(sink(name).written.length).toBeGreaterThan(0)
      for (const { key } of sink(name).written) expect(ring.get(key)).toBe(name)
      expect(sink(name).offsets).toEqual(sink(name).offsets.toSorted((a, b) => a - b))
    }
    expect([...sink('north').offsets, ...sink('south').offsets].toSorted((a, b) => a - b)).toEqual([
      ...Array(95).keys(),
    ])
    expect(positions.stored.get('orders/0')?.position).toBe(95)
    await host[Symbol.asyncDispose]()
    expect(sink('north').isDisposed).toBe(true)
  })

  it('finishes a bounded shard once all of it is acknowledged and committed', async () => {
    const { clock, source, host, positions } = makeWorld()
    source.bounded = true
    source.append(shard, ...keyed(25))
    const run = host.start(new FakeLease(clock, shard))
    await clock.run(run.finished)
    expect(positions.stored.get('orders/0')?.position).toBe(25)
  })
})
