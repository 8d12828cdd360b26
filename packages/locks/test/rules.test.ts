// Each test here protects one rule of the protocol: it fails when the rule is taken out of the code.
import { describe, expect, it } from 'vitest'
import type { AclEntry, Coordinator } from '@ringkeeper/core'
import { isSettled, path, queueOf, world } from './world.ts'

describe('after a lost reply to the create', () => {
  it('the node is found again on a server that is behind, so that no orphan blocks the queue', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    await (await elect(b, 'b').campaign()).resign()
    a.faults.loseReply({ thenLag: true })
    const term = await clock.run(elect(a, 'a').campaign())
    expect(await queueOf(b)).toEqual(['a'])
    await term.resign()
    expect(await queueOf(b)).toEqual([])
  })

  it('a node that was never made is made with the same GUID', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    a.faults.delayRequests(100)
    const campaign = elect(a, 'a').campaign()
    await clock.advance(50)
    a.faults.disconnect() // the request is gone
    await clock.advance(10)
    a.faults.delayRequests(0)
    a.faults.reconnect()
    await clock.run(campaign)
    expect(await queueOf(b)).toEqual(['a'])
  })

  it('the node is discarded in the background when the caller has gone', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const controller = new AbortController()
    a.faults.loseReply()
    const campaign = elect(a, 'a').campaign({ signal: controller.signal })
    campaign.catch(() => {})
    a.faults.disconnect()
    controller.abort()
    await expect(campaign).rejects.toBe(controller.signal.reason)
    await clock.advance(100)
    a.faults.reconnect()
    await clock.advance(10)
    expect(await queueOf(b)).toEqual([])
  })
})

describe('a waiter', () => {
  it('pops its predecessor only when that is deleted, not for a change of its data (rule 8)', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const first = await elect(a, 'a').campaign()
    const second = elect(b, 'b').campaign()
    await clock.advance(0)
    await a.set(first.node, new TextEncoder().encode('please step down'))
    expect(await isSettled(clock, second)).toBe(false)
    b.faults.disconnect()
    await clock.advance(10)
    b.faults.reconnect()
    expect(await isSettled(clock, second)).toBe(false)
    await first.resign()
    expect((await second).id).toBe('b')
  })

  it('whose session may be over is not granted, whatever a lagging server tells it (rule 7)', async () => {
    const { clock, connect, elect } = world()
    const [a, b, c] = [await connect(), await connect(), await connect()]
    const first = await elect(a, 'a').campaign()
    const second = elect(b, 'b').campaign()
    second.catch(() => {})
    const third = elect(c, 'c').campaign()
    await clock.advance(100)
    // The server of b is cut off; b expires at the leader, and c is next.
    b.faults.isolate()
    await clock.advance(3000)
    await first.resign()
    expect((await third).id).toBe('c')
    // Now b's server hears that the node ahead of b was deleted, before it hears that b is over.
    b.faults.catchUp()
    await clock.advance(0)
    await expect(second).rejects.toMatchObject({ code: 'RK_CORE_HOLD_LOST' })
  })

  it('that hears of its turn when its event loop comes back too late is not granted (rule 7)', async () => {
    const { clock, tree, connect, elect } = world()
    const [a, c] = [await connect(), await connect()]
    const process = clock.process('b')
    const b = await clock.run(tree.connect({ sessionTimeout: 2000, ports: process.ports }))
    const first = await elect(a, 'a').campaign()
    const second = elect(b, 'b').campaign()
    second.catch(() => {})
    await clock.advance(1000)
    const third = elect(c, 'c').campaign()
    await clock.advance(10)
    process.stall()
    // The end of its predecessor waits in the socket of b, before every timer that would say that b's time is over.
    await first.resign()
    await clock.advance(4000)
    expect((await third).id).toBe('c')
    process.resume()
    await clock.advance(0)
    await expect(second).rejects.toMatchObject({ code: 'RK_CORE_HOLD_LOST' })
  })

  it('keeps its place by heartbeats that the quorum commits (rules 1 and 7)', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const first = await elect(a, 'a').campaign()
    const second = elect(b, 'b').campaign()
    await clock.advance(60_000)
    await first.resign()
    expect((await second).state).toBe('held')
  })

  it('hears at once that its own node was deleted, and queues again (rule 8)', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const first = await elect(a, 'a').campaign()
    const next = elect(b, 'b').terms().next()
    await clock.advance(0)
    const { children } = await a.children(path)
    await a.delete(`${path}/${children.find((name) => !first.node.endsWith(name))}`)
    await clock.advance(0)
    expect(await queueOf(a)).toEqual(['a', 'b'])
    await first.resign()
    expect((await next).value?.id).toBe('b')
  })
})

describe('a leader', () => {
  it('behind a deposed server loses its term before the next one begins (rule 1)', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const first = await elect(a, 'a').campaign()
    const second = elect(b, 'b').campaign()
    await clock.advance(5000)
    a.faults.isolate() // pings, reads and syncs are still answered
    let lostAt = Infinity
    first.signal.addEventListener('abort', () => (lostAt = clock.monotonic()))
    await clock.run(second)
    expect(lostAt).toBeLessThan(clock.monotonic())
    expect(a.state).toBe('connected')
  })

  it('whose deadline passed does not lead again when its session lives on, and blocks nobody (rule 4)', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const first = await elect(a, 'a').campaign()
    await clock.advance(3000)
    const second = elect(b, 'b').campaign()
    await clock.advance(0)
    a.faults.disconnect()
    await clock.advance(first.deadline - clock.monotonic())
    expect(first.state).toBe('lost')
    a.faults.reconnect()
    await clock.advance(100)
    expect(a.state).toBe('connected')
    expect(first.state).toBe('lost')
    expect((await second).id).toBe('b')
  })

  it('that comes back does not wait for the node of its own lost term (rule 4)', async () => {
    const { clock, connect, elect } = world()
    const [admin, session] = [await connect(), await connect()]
    // The background delete is refused for ever.
    const acl: AclEntry[] = [{ scheme: 'world', id: 'anyone', permissions: ['read', 'write', 'create'] }]
    await admin.create('/app')
    await admin.create(path, new Uint8Array(), { acl })
    const terms = elect(session, 'a').terms()
    const { value: first } = await terms.next()
    await clock.advance(3000)
    session.faults.disconnect()
    await clock.advance((first?.deadline ?? 0) - clock.monotonic())
    session.faults.reconnect()
    await clock.advance(0)
    const next = terms.next()
    const { value: second } = await clock.run(next)
    expect(second?.state).toBe('held')
    expect(first?.state).toBe('lost')
  })
})

describe('the queue node', () => {
  it('may vanish between its creation and the first entry: it is made again (rule 15)', async () => {
    const { connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const unlucky = withVanishingParent(a, b, 3)
    const term = await elect(unlucky, 'a').campaign()
    expect(await queueOf(b)).toEqual(['a'])
    await term.resign()
  })

  it('is a container, so that empty elections do not pile up', async () => {
    const { connect, elect } = world()
    const session = await connect()
    const modes: (string | undefined)[] = []
    const recording = override(session, {
      create: (where, data, options) => {
        if (where === path) modes.push(options?.mode)
        return session.create(where, data, options)
      },
    })
    await elect(recording, 'a').campaign()
    expect(modes).toContain('container')
    expect(modes).not.toContain('persistent')
  })
})

function override(session: Coordinator, methods: Partial<Coordinator>): Coordinator {
  return new Proxy(session, {
    get: (target, name) => {
      const own = methods[name as keyof Coordinator]
      if (own) return own
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The queue's node is deleted by `other` just before each of the first `times` entries. */
function withVanishingParent(session: Coordinator, other: Coordinator, times: number): Coordinator {
  let left = times
  return override(session, {
    create: async (where, data, options) => {
      if (options?.mode === 'ephemeral-sequential' && left-- > 0) await other.delete(path).catch(() => {})
      return session.create(where, data, options)
    },
  })
}
