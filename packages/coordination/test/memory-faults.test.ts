import { beforeEach, describe, expect, it } from 'vitest'
import type { WatchEvent } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { memory, type MemorySession, type MemoryTree } from '../src/index.ts'

const T = 2000
const tick = 100
let clock: FakeClock
let tree: MemoryTree
let a: MemorySession
let b: MemorySession

beforeEach(async () => {
  clock = new FakeClock()
  tree = memory({ ports: clock.ports, tickTime: tick })
  a = await tree.connect({ sessionTimeout: T })
  b = await tree.connect({ sessionTimeout: T })
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const read = async (session: MemorySession, path: string): Promise<string> =>
  new TextDecoder().decode((await session.get(path)).data)
const isThere = async (session: MemorySession, path: string): Promise<boolean> =>
  (await session.exists(path)) !== undefined

describe('expiry', () => {
  it('comes at the first tick after the timeout, never early', async () => {
    await clock.advance(30)
    await a.create('/e', bytes(''), { mode: 'ephemeral' }) // the last that is heard of it, at 30
    a.faults.freeze()
    await clock.advance(T + 69)
    expect(await isThere(b, '/e')).toBe(true)
    await clock.advance(1)
    expect(await isThere(b, '/e')).toBe(false)
    expect(clock.monotonic()).toBe(2100)
  })

  it('does not come while the client is there, however little it does', async () => {
    await a.create('/e', bytes(''), { mode: 'ephemeral' })
    await clock.advance(20 * T)
    expect(await isThere(b, '/e')).toBe(true)
    expect(a.state).toBe('connected')
  })

  it('is found out by a client that comes back, not before', async () => {
    a.faults.disconnect()
    await clock.advance(2 * T)
    expect(a.state).toBe('suspended')
    expect(tree.sessions).toHaveLength(2)
    a.faults.reconnect()
    await clock.advance(0)
    expect(a.state).toBe('expired')
    expect(tree.sessions).toHaveLength(1)
  })

  it('is asked for in multiples of the tick, two at least', async () => {
    const session = await tree.connect({ sessionTimeout: 10 })
    expect(session.sessionTimeout).toBe(2 * tick)
  })
})

describe('a server that is behind', () => {
  it('answers reads from the past until the session syncs', async () => {
    await a.create('/n', bytes('old'))
    a.faults.lag()
    await b.set('/n', bytes('new'))
    await b.create('/m')
    expect(await read(a, '/n')).toBe('old')
    expect(await isThere(a, '/m')).toBe(false)
    const synced = a.sync('/n')
    const after = read(a, '/n')
    await synced
    expect(await after).toBe('new')
    expect(await isThere(a, '/m')).toBe(true)
  })

  it('has caught up when it answers a write, and events come before that answer', async () => {
    await a.create('/n', bytes('old'))
    const order: string[] = []
    await a.get('/n', { watch: ({ type }) => order.push(type) })
    a.faults.lag()
    await b.set('/n', bytes('new'))
    await clock.advance(1000)
    expect(order).toEqual([])
    await a.create('/m').then(() => order.push('created m'))
    expect(order).toEqual(['changed', 'created m'])
  })

  it('does not fall further behind when it is told to once more: every event still comes', async () => {
    await a.create('/n', bytes('old'))
    const order: string[] = []
    await a.get('/n', { watch: ({ type }) => order.push(type) })
    a.faults.lag()
    await b.set('/n', bytes('new'))
    a.faults.lag()
    a.faults.catchUp()
    await clock.advance(0)
    expect(order).toEqual(['changed'])
  })

  it('keeps the session alive, and hears of its end late', async () => {
    await a.create('/e', bytes(''), { mode: 'ephemeral' })
    a.faults.lag()
    await clock.advance(3 * T)
    expect(await isThere(b, '/e')).toBe(true)
    a.faults.expire()
    expect(await isThere(b, '/e')).toBe(false)
    expect(await isThere(a, '/e')).toBe(true)
    a.faults.catchUp()
    await clock.advance(0)
    expect(a.state).toBe('expired')
  })

  it('is no place for a client that has seen more', async () => {
    await a.create('/n', bytes('1'))
    a.faults.loseReply({ thenLag: true })
    await a.set('/n', bytes('2')).catch(() => {})
    await clock.advance(0)
    expect(await read(a, '/n')).toBe('1') // the reply was lost, so it has not seen 2
    await a.sync('/n')
    expect(await read(a, '/n')).toBe('2')
  })
})

describe('a server that is cut off from the quorum', () => {
  it('answers reads and syncs, and no write; the leader expires the session', async () => {
    await a.create('/e', bytes(''), { mode: 'ephemeral' })
    await clock.advance(10)
    a.faults.isolate()
    const write = a.create('/x').then(
      () => 'applied',
      () => 'failed',
    )
    await clock.advance(T + 2 * tick)
    expect(await isThere(b, '/e')).toBe(false)
    await a.sync('/e')
    expect(await isThere(a, '/e')).toBe(true)
    expect(a.state).toBe('connected')
    a.faults.rejoin()
    await clock.advance(0)
    expect(await write).toBe('failed')
    expect(a.state).toBe('expired')
    expect(await isThere(b, '/x')).toBe(false)
  })

  it('takes a client back without asking anybody, and its holds stay uncertain', async () => {
    const { path } = await a.create('/e', bytes(''), { mode: 'ephemeral' })
    const hold = a.hold(path)
    await clock.advance(T)
    a.faults.isolate()
    a.faults.disconnect()
    await clock.advance(10)
    const before = hold.deadline
    a.faults.reconnect()
    await clock.advance(10)
    expect(a.state).toBe('connected')
    expect(hold.deadline).toBe(before)
    await clock.advance(before - clock.monotonic())
    expect(hold.state).toBe('lost')
    expect(await isThere(b, '/e')).toBe(true) // lost here before it can be gone there
  })
})

describe('delays', () => {
  it('of replies keep the order of replies and events', async () => {
    await a.create('/n')
    const order: string[] = []
    a.faults.delayReplies(50)
    void a.get('/n', { watch: ({ type }) => order.push(type) }).then(() => order.push('read'))
    await b.set('/n', bytes('x'))
    a.faults.delayReplies(0)
    void a.exists('/n').then((stat) => order.push(`version ${stat?.version}`))
    await clock.advance(49)
    expect(order).toEqual([])
    await clock.advance(1)
    expect(order).toEqual(['read', 'changed', 'version 1'])
  })

  it('of requests let them arrive late, or never', async () => {
    a.faults.delayRequests(50)
    const first = a.create('/late')
    await clock.advance(49)
    expect(await isThere(b, '/late')).toBe(false)
    await clock.advance(1)
    await first
    const second = a.create('/never')
    const failed = expect(second).rejects.toMatchObject({ data: { outcome: 'unknown' } })
    await clock.advance(10)
    a.faults.disconnect()
    await clock.advance(100)
    await failed
    expect(await isThere(b, '/never')).toBe(false)
  })
})

describe('a client that is frozen', () => {
  it('neither sends nor hears anything until it goes on', async () => {
    await a.create('/n')
    const seen: WatchEvent[] = []
    await a.get('/n', { watch: (event) => seen.push(event) })
    a.faults.freeze()
    const write = a.create('/from-frozen')
    await b.set('/n', bytes('x'))
    await clock.advance(500)
    expect(seen).toEqual([])
    expect(await isThere(b, '/from-frozen')).toBe(false)
    a.faults.thaw()
    await clock.advance(0)
    expect(seen).toEqual([{ type: 'changed', path: '/n' }])
    expect((await write).path).toBe('/from-frozen')
  })

  it('that never goes on expires, as after a kill', async () => {
    await a.create('/e', bytes(''), { mode: 'ephemeral' })
    a.faults.freeze()
    await clock.advance(2 * T)
    expect(await isThere(b, '/e')).toBe(false)
  })
})

describe('a client in a process of its own', () => {
  it('hears only in its timers, so a stalled process hears nothing', async () => {
    const process = clock.process('worker')
    const session = await clock.run(tree.connect({ sessionTimeout: T, ports: process.ports }))
    const seen: string[] = []
    const created = session.create('/w').then(() => seen.push('created'))
    process.stall()
    await clock.advance(100)
    expect(seen).toEqual([])
    process.resume()
    await clock.advance(0)
    await created
    expect(seen).toEqual(['created'])
  })

  it('that is killed expires at the server', async () => {
    const process = clock.process('worker')
    const session = await clock.run(tree.connect({ sessionTimeout: T, ports: process.ports }))
    await clock.run(session.create('/e', bytes(''), { mode: 'ephemeral' }))
    process.kill()
    await clock.advance(T + tick)
    expect(await isThere(b, '/e')).toBe(false)
  })

  it('whose machine slept for too long is expired, and its hold was not held for a moment after', async () => {
    const process = clock.process('worker')
    const session = await clock.run(tree.connect({ sessionTimeout: T, ports: process.ports }))
    const { path } = await clock.run(session.create('/e', bytes(''), { mode: 'ephemeral' }))
    const hold = session.hold(path)
    await clock.advance(T)
    process.suspend()
    await clock.advance(2 * T)
    expect(await isThere(b, '/e')).toBe(false)
    process.resume()
    expect(() => hold.assertHeld()).toThrow()
    await clock.advance(0)
    expect(session.state).toBe('expired')
  })
})

describe('all servers', () => {
  it('that stop and start keep nodes and sessions, each with its whole timeout again', async () => {
    await a.create('/e', bytes(''), { mode: 'ephemeral' })
    tree.stop()
    await clock.advance(5 * T)
    expect([a.state, b.state]).toEqual(['suspended', 'suspended'])
    tree.start()
    await clock.advance(0)
    expect([a.state, b.state]).toEqual(['connected', 'connected'])
    expect(await isThere(b, '/e')).toBe(true)
  })

  it('take nobody whose connection was on its way when they stopped', async () => {
    a.faults.delayRequests(50)
    a.faults.disconnect()
    a.faults.reconnect()
    await clock.advance(10)
    tree.stop()
    await clock.advance(1000)
    expect(a.state).toBe('suspended')
    tree.start()
    await clock.advance(1000)
    expect(a.state).toBe('connected')
  })

  it('that are stopped let a new session wait, until its timeout', async () => {
    tree.stop()
    const patient = tree.connect({ sessionTimeout: T })
    const hasty = tree.connect({ timeout: 100 })
    const failed = expect(hasty).rejects.toMatchObject({ code: 'RK_CORE_CONNECT_TIMEOUT', data: { timeout: 100 } })
    await clock.advance(100)
    await failed
    tree.start()
    await clock.advance(0)
    expect((await patient).state).toBe('connected')
    expect(tree.sessions).toHaveLength(3)
  })
})

describe('nodes that go by themselves', () => {
  it('are containers that have become empty, and ttl nodes that were left alone', async () => {
    const quick = memory({ ports: clock.ports, containerCheck: 1000 })
    const session = await quick.connect()
    await session.create('/empty', bytes(''), { mode: 'container' })
    await session.create('/used', bytes(''), { mode: 'container' })
    await session.create('/used/a')
    await session.create('/full', bytes(''), { mode: 'container' })
    await session.create('/full/a')
    await session.create('/ttl', bytes(''), { mode: 'ttl', ttl: 500 })
    await session.create('/ttl-parent', bytes(''), { mode: 'ttl', ttl: 500 })
    await session.create('/ttl-parent/a')
    await session.delete('/used/a')
    await clock.advance(1000)
    // A container that never had a child is left alone.
    expect((await session.children('/')).children).toEqual(['empty', 'full', 'ttl-parent'])
  })
})

describe('a watcher that throws', () => {
  it('is logged, and stops nobody else', async () => {
    const errors: unknown[] = []
    const logger = {
      ...clock.ports.logger,
      error: (message: string, fields?: object) => errors.push([message, fields]),
    }
    const session = await memory({ ports: { ...clock.ports, logger } }).connect()
    const seen: string[] = []
    await session.get('/', {
      watch: () => {
        throw new Error('oops')
      },
    })
    await session.get('/', { watch: ({ type }) => seen.push(type) })
    await session.set('/', bytes('x'))
    expect(seen).toEqual(['changed'])
    expect(errors).toEqual([['a watcher threw', { path: '/', error: 'oops' }]])
  })
})
