// Protects rule 25 (order over failures) and the promise that a record leaves only by an acknowledgement, a dead letter
// or an explicit drop.
import type { RecordFailure } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { FakeLease } from '../support/fake-lease.ts'
import { failing } from '../support/fake-sink.ts'
import { keyed, makeWorld, shard, type WorldOptions } from '../support/stream-world.ts'

/** One target that is given some records. */
async function withRecords(count: number, options: WorldOptions = {}, keys = 3) {
  const world = makeWorld({ targets: ['north'], ...options })
  world.source.batchSize = 5
  world.source.append(shard, ...keyed(count, { keys }))
  const sink = world.sink('north')
  const start = async (ms: number): Promise<void> => {
    const run = world.host.start(new FakeLease(world.clock, shard))
    await world.clock.run(run.opened)
    await world.clock.advance(ms)
  }
  const position = async (): Promise<number | undefined> => {
    await world.clock.advance(1000)
    return world.positions.stored.get('orders/0')?.position
  }
  return { ...world, sink, start, position }
}

describe('records that a sink does not take', () => {
  it('are tried again in order before anything else of the target', async () => {
    const { host, sink, start, position } = await withRecords(20)
    let isRefusing = true
    // As an ordered sink does: stops at the first failure and reports the rest as held back.
    sink.behave = async (chunks) => {
      if (!isRefusing) return
      isRefusing = false
      return chunks.flatMap(({ selection }, chunk): RecordFailure[] =>
        [...selection.indices.subarray(selection.start, selection.end)]
          .filter((index) => chunk > 0 || index >= 2)
          .map((index) => ({
            chunk,
            index,
            error: new Error('refused'),
            isRetryable: true,
            isHeldBack: chunk > 0 || index > 2,
          })),
      )
    }
    await start(2000)
    expect(sink.offsets).toEqual([...Array(20).keys()])
    expect(await position()).toBe(20)
    expect(host.status.targets[0]).toMatchObject({ records: 20, bytes: 90 })
  })

  it('block the target for ever by default, with growing pauses', async () => {
    const { sink, start, position } = await withRecords(20)
    sink.behave = failing([3])
    await start(60_000)
    expect(sink.offsets).not.toContain(3)
    expect(await position()).toBe(0)
    const pauses = sink.starts.slice(1).map(({ at }, index) => at - (sink.starts[index]?.at ?? 0))
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1000)
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(500)
    // Progress with the others is shown, and then nothing but the refused record is tried.
    expect(sink.offsets.length).toBeLessThan(20)
    sink.behave = undefined
    expect(await position()).toBe(20)
    expect(sink.offsets.toSorted((a, b) => a - b)).toEqual([...Array(20).keys()])
  })

  it('are told when they begin and when they are over', async () => {
    const { clock, sink, start, told } = await withRecords(20)
    sink.behave = failing([3])
    await start(3000)
    expect(new Set(told)).toEqual(new Set(['a write failed and is tried again']))
    sink.behave = undefined
    await clock.advance(3000)
    expect(told.filter((text) => text !== 'a write failed and is tried again')).toEqual([
      'a target takes records again',
    ])
  })

  it('go to the dead letters after the last attempt, and what was only held back does not', async () => {
    const { sink, start, position, deadSink } = await withRecords(10, {
      onError: { then: 'deadLetter', maxAttempts: 3 },
      withDeadLetters: true,
    })
    let attempts = 0
    sink.behave = async (chunks) => {
      const failures: RecordFailure[] = []
      chunks.forEach(({ batch, selection }, chunk) => {
        for (const index of selection.indices.subarray(selection.start, selection.end)) {
          const offset = batch.offsets[index] as number
          if (offset === 2) attempts += 1
          const isBad = offset === 2
          const isHeldBack = failures.length > 0 && offset % 3 === 2
          if (isBad || isHeldBack)
            failures.push({ chunk, index, error: new Error('bad'), isRetryable: true, isHeldBack })
        }
      })
      return failures
    }
    await start(10_000)
    expect(attempts).toBe(3)
    expect(deadSink.offsets).toEqual([2])
    expect(sink.offsets.toSorted((a, b) => a - b)).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9])
    expect(await position()).toBe(10)
  })

  it('are not tried again where the sink says that they would fail again', async () => {
    const { sink, start, deadSink } = await withRecords(10, { onError: { then: 'deadLetter' }, withDeadLetters: true })
    sink.behave = failing([2], { isRetryable: false })
    await start(10)
    expect(deadSink.offsets).toEqual([2])
    expect(sink.starts.length).toBeLessThanOrEqual(2)
  })

  it('are dropped only by an explicit policy, and counted', async () => {
    const { sink, start, position, host } = await withRecords(10, { onError: { then: 'drop', maxAttempts: 1 } })
    sink.behave = failing([2, 7])
    await start(10)
    expect(await position()).toBe(10)
    expect(host.status.targets[0]).toMatchObject({ dropped: 2, records: 8 })
  })

  it('hold the position until the dead-letter sink has taken them', async () => {
    const { sink, start, position, deadSink, host } = await withRecords(10, {
      onError: { then: 'deadLetter', maxAttempts: 1 },
      withDeadLetters: true,
    })
    sink.behave = failing([2])
    deadSink.behave = () => Promise.reject(new Error('full'))
    await start(100)
    expect(await position()).toBe(0)
    deadSink.behave = undefined
    await position()
    expect(await position()).toBe(10)
    expect(host.status.deadLetters).toMatchObject({ records: 1 })
  })

  it('stop their shard where a dead letter is asked for and no sink is configured', async () => {
    const { sink, source, clock, host, positions } = await withRecords(10, {
      onError: { then: 'deadLetter', maxAttempts: 1 },
    })
    sink.behave = failing([2])
    const run = host.start(new FakeLease(clock, shard))
    await clock.advance(100)
    await expect(run.failed).rejects.toMatchObject({ code: 'RK_STREAMING_NO_DEAD_LETTERS' })
    source.append(shard, ...keyed(5))
    await clock.advance(2000)
    expect(positions.stored.get('orders/0')?.position).toBe(0)
  })

  it('count as all when a sink rejects, and when it reports what it was not given', async () => {
    for (const behave of [
      () => Promise.reject(new Error('gone')),
      async () => [{ chunk: 9, index: 0, error: new Error('what'), isRetryable: true }],
    ]) {
      const { sink, start, position, host } = await withRecords(10)
      sink.behave = behave
      await start(300)
      expect(await position()).toBe(0)
      expect(host.status.targets[0]?.failures).toBeGreaterThan(1)
      sink.behave = undefined
      await position()
      expect(await position()).toBe(10)
    }
  })
})

describe('a dead letter', () => {
  it('says where the record came from and why it is there', async () => {
    const { sink, source, clock, host, deadSink } = makeWorld({
      targets: ['north'],
      onError: { then: 'deadLetter', maxAttempts: 2 },
      withDeadLetters: true,
    })
    source.append(shard, { key: 'k', value: Uint8Array.of(0xff, 0xfe) }, { value: 'text' }, { key: 'gone' })
    sink('north').behave = () => Promise.reject(Object.assign(new Error('no such table'), { code: 'E_TABLE' }))
    const letters: unknown[] = []
    deadSink.behave = async (chunks) => {
      for (const { batch } of chunks) {
        for (let index = 0; index < batch.length; index += 1) {
          const line = Buffer.from(batch.bytes.subarray(batch.valueStart[index], batch.valueEnd[index])).toString()
          letters.push(JSON.parse(line))
          expect(batch.decoded?.[index]).toEqual(JSON.parse(line))
        }
      }
    }
    host.start(new FakeLease(clock, shard, { token: 42n }))
    await clock.advance(1000)
    const common = {
      topic: 'orders',
      partition: 0,
      error: { code: 'E_TABLE', message: 'no such table' },
      attempts: 2,
      worker: 'w1',
      token: '42',
    }
    expect(letters).toEqual([
      { ...common, offset: 0, key: 'k', value: '//4=', valueEncoding: 'base64', timestamp: 1_700_000_000_000 },
      { ...common, offset: 1, key: null, value: 'text', timestamp: 1_700_000_000_001 },
      { ...common, offset: 2, key: 'gone', value: null, timestamp: 1_700_000_000_002 },
    ])
  })
})
