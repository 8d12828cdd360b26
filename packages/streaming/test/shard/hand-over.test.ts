// Protects rules 21 and 22: what a shard does when it is handed over or lost, with writes in flight.
import { deferred, type Codec } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { FakeLease } from '../support/fake-lease.ts'
import { failing } from '../support/fake-sink.ts'
import { keyed, makeWorld, shard } from '../support/stream-world.ts'

const other = { topic: 'orders', partition: 1 }

/** A promise's state, for promises that must not have settled yet. */
function watch(promise: Promise<unknown>): { isSettled: boolean } {
  const state = { isSettled: false }
  const settle = (): void => void (state.isSettled = true)
  promise.then(settle, settle)
  return state
}

describe('a drain', () => {
  it('of a shard whose target has given up a record that nobody takes writes nothing behind it, and ends at once', async () => {
    const { clock, source, host, sink } = makeWorld({
      targets: ['north'],
      onError: { then: 'deadLetter', maxAttempts: 1 },
      withDeadLetters: false,
    })
    source.batchSize = 5
    sink('north').delay = 50
    sink('north').behave = failing([3], { isRetryable: false })
    source.append(shard, ...keyed(30, { keys: 1 }))
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(60)
    await expect(run.failed).rejects.toMatchObject({ code: 'RK_STREAMING_NO_DEAD_LETTERS' })
    const drained = await clock.run(run.drain({ signal: new AbortController().signal }), { limit: 1000 })
    expect(drained).toBe(0)
    await clock.advance(1000)
    expect(Math.max(...sink('north').offsets)).toBeLessThan(10)
  })

  it('of a shard that cannot go on waits for what stands before, and gives the position of what it cannot take', async () => {
    const codec: Codec = {
      decode: (bytes, start) => {
        if (bytes[start] !== 'v'.charCodeAt(0)) throw new Error('not ours')
      },
    }
    const { clock, source, host, sink, positions } = makeWorld({ targets: ['north'], codec })
    sink('north').delay = 200
    source.append(shard, ...keyed(7), { key: 'k', value: 'bad' }, ...keyed(7))
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    await expect(run.failed).rejects.toMatchObject({ code: 'RK_STREAMING_MALFORMED_RECORD' })
    expect(host.status.shards[0]).toMatchObject({ records: 7, malformed: 1 })
    expect(await clock.run(run.drain({ signal: new AbortController().signal }))).toBe(7)
    await clock.run(run.commit(7))
    expect(positions.stored.get('orders/0')?.position).toBe(7)
    await clock.advance(10_000)
    expect(sink('north').offsets).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('waits for the acknowledgement of what was read, reads nothing more, and gives the position to commit', async () => {
    const { clock, source, host, sink, positions } = makeWorld({ targets: ['north'] })
    sink('north').delay = 200
    source.append(shard, ...keyed(10))
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    const drained = run.drain({ signal: new AbortController().signal })
    source.append(shard, ...keyed(10))
    expect(await clock.run(drained)).toBe(10)
    await clock.run(run.commit(10))
    expect(positions.stored.get('orders/0')?.position).toBe(10)
    await clock.advance(10_000)
    expect(sink('north').offsets).toHaveLength(10)
    expect(host.status.shards).toEqual([])
  })

  it('that takes too long cuts the write off, waits until it has settled, and gives the acknowledged prefix', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'] })
    source.batchSize = 5
    source.append(shard, ...keyed(5))
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(10)
    const settle = deferred<void>()
    const signals: AbortSignal[] = []
    sink('north').behave = (_, { signal }) => {
      signals.push(signal)
      return settle.promise.then(() => Promise.reject(new Error('reset')))
    }
    source.append(shard, ...keyed(5))
    await clock.advance(10)
    const hurry = new AbortController()
    const drained = run.drain({ signal: hurry.signal })
    const state = watch(drained)
    hurry.abort()
    await clock.advance(100)
    expect(signals[0]?.aborted).toBe(true)
    expect(state.isSettled).toBe(false)
    settle.resolve()
    expect(await clock.run(drained)).toBe(5)
    sink('north').behave = undefined
    await clock.run(run.commit(5))
    await clock.advance(5000)
    expect(sink('north').offsets).toEqual([0, 1, 2, 3, 4])
  })

  it('of a shard whose start is not known yet has nothing to commit', async () => {
    const { clock, host, positions } = makeWorld()
    positions.failReads = 1_000_000
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(500)
    expect(await clock.run(run.drain({ signal: new AbortController().signal }))).toBeUndefined()
  })

  it('of one shard does not hold up the others', async () => {
    const { clock, source, host, written } = makeWorld()
    source.append(shard, ...keyed(10))
    const run = host.start(new FakeLease(clock, shard))
    host.start(new FakeLease(clock, other))
    await clock.advance(10)
    const drained = run.drain({ signal: new AbortController().signal })
    source.append(other, ...keyed(10))
    await clock.run(drained)
    await clock.advance(0)
    expect(written().filter((each) => each.shard === 'orders/1')).toHaveLength(10)
  })
})

describe('a fenced shard', () => {
  it('writes and commits nothing more, and drops what waits', async () => {
    const { clock, source, host, sink, positions } = makeWorld({ targets: ['north'] })
    sink('north').delay = 100
    source.append(shard, ...keyed(30))
    const lease = new FakeLease(clock, shard)
    const run = host.start(lease)
    await clock.advance(150)
    const before = [...sink('north').offsets]
    const commits = positions.commits.length
    lease.lose()
    await clock.run(run.fence())
    await clock.advance(10_000)
    expect(sink('north').offsets).toEqual(before)
    expect(positions.commits).toHaveLength(commits)
    expect(host.status.bytesInFlight).toBe(0)
  })

  it('is kept until a write of it has settled, because aborting proves nothing about the other side', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'] })
    const settle = deferred<void>()
    sink('north').behave = () => settle.promise
    source.append(shard, ...keyed(3))
    const lease = new FakeLease(clock, shard)
    const run = host.start(lease)
    await clock.advance(10)
    lease.lose()
    const state = watch(run.fence())
    await clock.advance(60_000)
    expect(state.isSettled).toBe(false)
    settle.resolve()
    await clock.run(run.fence())
  })

  it('is free at once where the sink is fenced, and nothing of it is written again or in the way', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'], fenced: true })
    const settle = deferred<void>()
    sink('north').behave = () => settle.promise.then(() => Promise.reject(new Error('reset')))
    source.append(shard, ...keyed(3))
    const lease = new FakeLease(clock, shard)
    const run = host.start(lease)
    await clock.advance(10)
    lease.lose()
    await clock.run(run.fence())
    settle.resolve()
    sink('north').behave = undefined
    await clock.advance(10_000)
    expect(sink('north').starts).toHaveLength(1)
    expect(host.status.targets[0]?.queued).toBe(0)
    source.append(other, ...keyed(3))
    host.start(new FakeLease(clock, other))
    await clock.advance(100)
    expect(sink('north').written.map((each) => each.shard)).toEqual(['orders/1', 'orders/1', 'orders/1'])
  })

  it("leaves other shards' records of the same write in their order", async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'] })
    sink('north').delay = 400
    source.append(shard, ...keyed(3))
    source.append(other, ...keyed(40))
    const lease = new FakeLease(clock, shard)
    const run = host.start(lease)
    host.start(new FakeLease(clock, other))
    await clock.advance(100)
    lease.lose()
    await clock.run(run.fence())
    await clock.advance(5000)
    expect(sink('north').written.filter((each) => each.shard === 'orders/0')).toEqual([])
    expect(sink('north').offsets).toEqual([...Array(40).keys()])
    expect(host.status.targets[0]).toMatchObject({ failures: 0 })
  })
})

describe('a lease that nears its deadline', () => {
  it('starts no write that could outlast it, and goes on when it is renewed', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'] })
    const lease = new FakeLease(clock, shard)
    host.start(lease)
    await clock.advance(10)
    lease.deadline = clock.monotonic() + 500
    source.append(shard, ...keyed(3))
    await clock.advance(5000)
    expect(sink('north').starts).toEqual([])
    lease.deadline = clock.monotonic() + 4000
    await clock.advance(100)
    expect(sink('north').offsets).toEqual([0, 1, 2])
  })

  it('does not hold up other shards', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'] })
    const lease = new FakeLease(clock, shard)
    host.start(lease)
    host.start(new FakeLease(clock, other))
    await clock.advance(10)
    lease.deadline = clock.monotonic()
    source.append(shard, ...keyed(3))
    source.append(other, ...keyed(3))
    await clock.advance(100)
    expect(sink('north').written.map((each) => each.shard)).toEqual(['orders/1', 'orders/1', 'orders/1'])
  })

  it('does not hold up other shards with records that have to be tried again', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'] })
    sink('north').behave = failing([0, 1, 2])
    const lease = new FakeLease(clock, shard)
    source.append(shard, ...keyed(3))
    host.start(lease)
    await clock.advance(10)
    sink('north').behave = undefined
    lease.deadline = clock.monotonic()
    source.append(other, ...keyed(3))
    host.start(new FakeLease(clock, other))
    await clock.advance(1000)
    expect(sink('north').written.map((each) => each.shard)).toEqual(['orders/1', 'orders/1', 'orders/1'])
    lease.deadline = clock.monotonic() + 4000
    await clock.advance(100)
    expect(sink('north').offsets).toEqual([0, 1, 2, 0, 1, 2])
  })

  it('commits nothing past it', async () => {
    const { clock, source, host, positions } = makeWorld()
    const lease = new FakeLease(clock, shard)
    source.append(shard, ...keyed(3))
    host.start(lease)
    await clock.advance(900)
    lease.deadline = clock.monotonic() + 300
    await clock.advance(5000)
    expect(positions.stored.get('orders/0')?.position).toBe(0)
    expect(lease.mirrored).toEqual([])
  })

  it('cuts a write off that has not settled within its time', async () => {
    const { clock, source, host, sink } = makeWorld({ targets: ['north'] })
    const ends: number[] = []
    sink('north').behave = (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ends.push(clock.monotonic())
          reject(signal.reason as Error)
        })
      })
    source.append(shard, ...keyed(3))
    host.start(new FakeLease(clock, shard))
    await clock.advance(560)
    expect(ends).toEqual([500])
    expect(host.status.targets[0]).toMatchObject({ isDown: true, failures: 1 })
  })
})
