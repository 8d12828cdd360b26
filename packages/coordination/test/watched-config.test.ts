import { beforeEach, describe, expect, it } from 'vitest'
import type { Schema } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { memory, watchedConfig, type MemorySession, type MemoryTree, type WatchedConfig } from '../src/index.ts'

interface Limits {
  readonly rate: number
}

const schema: Schema<Limits> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const rate = (value as { rate?: unknown } | null)?.rate
      if (typeof rate === 'number' && rate > 0) return { value: { rate } }
      return { issues: [{ message: 'expected a number above 0', path: ['rate'] }] }
    },
  },
}

const path = '/app/limits'
let clock: FakeClock
let tree: MemoryTree
let session: MemorySession
let limits: WatchedConfig<Limits>

beforeEach(async () => {
  clock = new FakeClock()
  tree = memory({ ports: clock.ports, tickTime: 100 })
  session = await tree.connect({ sessionTimeout: 2000 })
  limits = watchedConfig(session, path, { schema, default: { rate: 10 } })
})

const store = (text: string): Promise<unknown> => session.set(path, new TextEncoder().encode(text))

describe('a configuration', () => {
  it('is the default until something is stored', async () => {
    expect(await limits.get()).toEqual({ value: { rate: 10 }, version: -1 })
    expect(await limits.update(({ rate }) => ({ rate: rate + 1 }))).toEqual({ value: { rate: 11 }, version: 0 })
    expect(await limits.get()).toEqual({ value: { rate: 11 }, version: 0 })
    expect(await limits.update(({ rate }) => ({ rate: rate + 1 }))).toEqual({ value: { rate: 12 }, version: 1 })
  })

  it('without a default must be there', async () => {
    const bare = watchedConfig(session, path, { schema })
    await expect(bare.get()).rejects.toMatchObject({ code: 'RK_COORDINATION_NO_CONFIG', data: { path } })
  })

  it('that is not valid is refused, with what is wrong', async () => {
    await limits.update(() => ({ rate: 1 }))
    await store('{"rate":"fast"}')
    await expect(limits.get()).rejects.toMatchObject({
      code: 'RK_COORDINATION_INVALID_CONFIG',
      data: { path, version: 1, issues: ['rate: expected a number above 0'] },
    })
    await store('{')
    await expect(limits.get()).rejects.toMatchObject({ code: 'RK_COORDINATION_INVALID_CONFIG' })
  })

  it('is not written when it is not valid', async () => {
    await limits.update(() => ({ rate: 1 }))
    await expect(limits.update(() => ({ rate: -1 }))).rejects.toMatchObject({ code: 'RK_COORDINATION_INVALID_UPDATE' })
    expect(await limits.get()).toEqual({ value: { rate: 1 }, version: 0 })
  })
})

describe('updates', () => {
  it('of many at once are all applied', async () => {
    const writers = await Promise.all(Array.from({ length: 10 }, () => tree.connect()))
    await Promise.all(
      writers.map((writer) =>
        watchedConfig(writer, path, { schema, default: { rate: 10 } }).update(({ rate }) => ({ rate: rate + 1 })),
      ),
    )
    expect((await limits.get()).value).toEqual({ rate: 20 })
  })

  it('are applied once when the reply is lost', async () => {
    await limits.update(() => ({ rate: 1 }))
    const first = limits.update(async ({ rate }) => {
      session.faults.loseReply({ thenLag: true })
      return { rate: rate + 1 }
    })
    expect(await first).toEqual({ value: { rate: 2 }, version: 1 })
    expect((await limits.get()).value).toEqual({ rate: 2 })
  })

  it('say so when a lost reply leaves open whether they were applied', async () => {
    await limits.update(() => ({ rate: 1 }))
    const other = await tree.connect()
    const update = limits.update(async ({ rate }) => {
      session.faults.loseReply()
      session.faults.delayReplies(50)
      return { rate: rate + 1 }
    })
    const failed = expect(update).rejects.toMatchObject({ code: 'RK_CORE_CONNECTION_LOSS' })
    await clock.advance(60)
    await watchedConfig(other, path, { schema }).update(() => ({ rate: 7 }))
    await clock.advance(1000)
    await failed
    expect((await watchedConfig(other, path, { schema }).get()).value).toEqual({ rate: 7 })
  })
})

describe('views', () => {
  it('follow every change, and keep the last valid one beside a problem', async () => {
    const seen: unknown[] = []
    const controller = new AbortController()
    const watching = (async () => {
      for await (const { value, version, problem } of limits.views({ signal: controller.signal }))
        seen.push([value.rate, version, problem?.code])
    })()
    await clock.advance(0)
    await limits.update(() => ({ rate: 1 }))
    await clock.advance(0)
    await store('{"rate":0}')
    await clock.advance(0)
    await store('{"rate":3}')
    await clock.advance(0)
    await session.delete(path)
    await clock.advance(0)
    controller.abort()
    await watching
    expect(seen).toEqual([
      [10, -1, undefined],
      [1, 0, undefined],
      [1, 0, 'RK_COORDINATION_INVALID_CONFIG'],
      [3, 2, undefined],
      [10, -1, undefined],
    ])
  })

  it('see a node that was deleted and made again in one go', async () => {
    await limits.update(() => ({ rate: 1 }))
    const views = limits.views()
    expect((await views.next()).value).toEqual({ value: { rate: 1 }, version: 0 })
    await session.delete(path)
    await limits.update(() => ({ rate: 2 }))
    expect((await views.next()).value).toEqual({ value: { rate: 2 }, version: 0 })
    await views.return()
  })

  it('miss nothing while the session is away', async () => {
    const seen: number[] = []
    void (async () => {
      for await (const { value } of limits.views()) seen.push(value.rate)
    })()
    await clock.advance(0)
    session.faults.disconnect()
    await watchedConfig(await tree.connect(), path, { schema, default: { rate: 1 } }).update(() => ({ rate: 5 }))
    await clock.advance(10)
    session.faults.reconnect()
    await clock.advance(0)
    expect(seen).toEqual([10, 5])
  })

  it('begin with an error when nothing valid was ever there', async () => {
    await limits.update(() => ({ rate: 1 }))
    await store('null')
    await expect(limits.views().next()).rejects.toMatchObject({ code: 'RK_COORDINATION_INVALID_CONFIG' })
  })
})
