import { describe, expect, it } from 'vitest'
import { isSettled, path, queueOf, world } from './world.ts'

describe('an election', () => {
  it('is led by whoever came first; the next one follows when it resigns', async () => {
    const { clock, connect, elect } = world()
    const [a, b, c] = [await connect(), await connect(), await connect()]
    const first = await elect(a, 'a').campaign()
    const second = elect(b, 'b').campaign()
    const third = elect(c, 'c').campaign()
    expect(await isSettled(clock, second)).toBe(false)
    expect(await queueOf(a)).toEqual(['a', 'b', 'c'])
    await first.resign()
    expect((await second).id).toBe('b')
    expect(await isSettled(clock, third)).toBe(false)
    expect(await queueOf(a)).toEqual(['b', 'c'])
  })

  it('gives terms tokens that grow', async () => {
    const { connect, elect } = world()
    const session = await connect()
    const tokens: bigint[] = []
    for (let round = 0; round < 3; round += 1) {
      await using term = await elect(session, 'a').campaign()
      tokens.push(term.token)
      expect(term.token % 65_536n).toBe(0n)
      expect(term.token / 65_536n).toBe((await session.exists(term.node))?.czxid)
    }
    expect(tokens).toEqual([...tokens].sort((x, y) => (x < y ? -1 : 1)))
    expect(new Set(tokens).size).toBe(3)
  })

  it("has Curator's LeaderLatch layout", async () => {
    const { connect, elect } = world()
    const session = await connect()
    const term = await elect(session, 'worker-1').campaign()
    expect(term.node).toMatch(/^\/app\/leader\/_c_[0-9a-f-]{36}-latch-0000000000$/)
    const { data, stat } = await session.get(term.node)
    expect(new TextDecoder().decode(data)).toBe('worker-1')
    expect(stat.ephemeralOwner).toBe(session.sessionId)
  })

  it('passes on when the leader dies, once its session has expired', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const first = await elect(a, 'a').campaign()
    const second = elect(b, 'b').campaign()
    await clock.advance(3000)
    a.faults.freeze()
    const frozenAt = clock.monotonic()
    const next = await clock.run(second)
    expect(clock.monotonic() - frozenAt).toBeLessThanOrEqual(2000 + 100 + 2000 / 3)
    expect(next.id).toBe('b')
    // Nobody told the frozen process, and no timer of it fires: asking finds out.
    expect(first.signal.aborted).toBe(false)
    expect(() => first.assertHeld()).toThrow(expect.objectContaining({ code: 'RK_CORE_HOLD_LOST' }))
    expect(first.signal.aborted).toBe(true)
  })

  it('ends the term of a leader whose node is deleted by somebody else', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const term = await elect(a, 'a').campaign()
    await b.delete(term.node)
    await clock.advance(0)
    expect(term.signal.aborted).toBe(true)
    expect(() => term.assertHeld()).toThrow(expect.objectContaining({ code: 'RK_CORE_HOLD_LOST' }))
  })

  it('skips a waiter that gave up, without waking anybody else', async () => {
    const { clock, connect, elect } = world()
    const [a, b, c] = [await connect(), await connect(), await connect()]
    const first = await elect(a, 'a').campaign()
    const controller = new AbortController()
    const second = elect(b, 'b').campaign({ signal: controller.signal })
    const third = elect(c, 'c').campaign()
    await clock.advance(0)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(second).rejects.toBe(reason)
    expect(await queueOf(a)).toEqual(['a', 'c'])
    await first.resign()
    expect((await third).id).toBe('c')
  })

  it('times out with a coded error and leaves no node behind', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    await elect(a, 'a').campaign()
    const outcome = elect(b, 'b').campaign({ timeout: 500 })
    const failed = expect(outcome).rejects.toMatchObject({ code: 'RK_LOCKS_TIMEOUT', data: { path, timeout: 500 } })
    await clock.advance(500)
    await failed
    expect(await queueOf(a)).toEqual(['a'])
  })

  it('times out in time while no server answers', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    await elect(a, 'a').campaign()
    const start = clock.monotonic()
    const outcome = elect(b, 'b').campaign({ timeout: 500 })
    outcome.catch(() => {})
    await clock.advance(100)
    b.faults.delayReplies(2000)
    await expect(clock.run(outcome)).rejects.toMatchObject({ code: 'RK_LOCKS_TIMEOUT' })
    expect(clock.monotonic() - start).toBe(500)
    b.faults.delayReplies(0)
    expect(await queueOf(a)).toEqual(['a'])
  })

  it('goes on when the connection is lost while the election’s own node is made', async () => {
    const { clock, connect, elect } = world()
    const session = await connect()
    const create = session.create.bind(session)
    let isLost = false
    session.create = (where, data, options) => {
      if (options?.mode === 'container' && !isLost) {
        isLost = true
        session.faults.loseReply()
      }
      return create(where, data, options)
    }
    expect((await clock.run(elect(session, 'a').campaign())).state).toBe('held')
    expect(isLost).toBe(true)
  })

  it('costs one round trip when nobody leads', async () => {
    const { clock, connect, elect } = world()
    const session = await connect()
    await (await elect(session, 'a').campaign()).resign()
    session.faults.delayReplies(50)
    const start = clock.monotonic()
    await clock.run(elect(session, 'a').campaign())
    expect(clock.monotonic() - start).toBe(50)
  })

  it('does so too when the session has rested for long, if the election was made before', async () => {
    const { clock, connect, elect } = world()
    const participant = elect(await connect(), 'a')
    await clock.advance(60_000)
    const start = clock.monotonic()
    await clock.run(participant.campaign())
    expect(clock.monotonic()).toBe(start)
  })
})

describe('terms', () => {
  it('come again after a loss, and the loop ends with the signal', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const controller = new AbortController()
    const seen: string[] = []
    const running = (async () => {
      for await (const term of elect(a, 'a').terms({ signal: controller.signal })) {
        seen.push(term.state)
        await new Promise((resolve) => term.signal.addEventListener('abort', resolve))
        seen.push((term.signal.reason as { code: string }).code)
      }
      seen.push('over')
    })()
    await clock.advance(10)
    const leader = await elect(b, 'b').leader()
    await b.delete(leader?.node ?? '')
    await clock.advance(10)
    controller.abort()
    await clock.advance(10)
    await running
    expect(seen).toEqual(['held', 'RK_CORE_HOLD_LOST', 'held', 'RK_LOCKS_RELEASED', 'over'])
    expect(await queueOf(b)).toEqual([])
  })

  it('resign when the loop is left', async () => {
    const { connect, elect } = world()
    const session = await connect()
    for await (const term of elect(session, 'a').terms()) {
      term.assertHeld()
      break
    }
    expect(await queueOf(session)).toEqual([])
  })

  it('end with an error when the session is over', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    await elect(b, 'b').campaign()
    const waiting = elect(a, 'a').terms().next()
    await clock.advance(10)
    a.faults.expire()
    await expect(waiting).rejects.toMatchObject({ code: 'RK_CORE_SESSION_EXPIRED' })
  })
})

describe('guarded operations', () => {
  it("are applied while the term stands, with the results of the caller's own operations", async () => {
    const { connect, elect } = world()
    const session = await connect()
    const term = await elect(session, 'a').campaign()
    const { results } = await term.guarded([{ type: 'create', path: '/plan' }])
    expect(results.map((result) => result.path)).toEqual(['/plan'])
    const again = term.guarded([
      { type: 'check', path: '/app' },
      { type: 'create', path: '/plan' },
    ])
    await expect(again).rejects.toMatchObject({ code: 'RK_CORE_NODE_EXISTS', data: { index: 1, path: '/plan' } })
    expect(term.state).toBe('held')
  })

  it('are refused by the servers when the node is gone, whatever the holder believes', async () => {
    const { connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const term = await elect(a, 'a').campaign()
    a.faults.delayReplies(100) // it does not hear of the deletion
    await b.delete(term.node)
    term.assertHeld()
    const write = term.guarded([{ type: 'create', path: '/plan' }])
    a.faults.delayReplies(0)
    write.catch(() => {})
    expect(await b.exists('/plan')).toBeUndefined()
  })

  it('are refused here when the term has ended', async () => {
    const { connect, elect } = world()
    const session = await connect()
    const term = await elect(session, 'a').campaign()
    await term.resign()
    await expect(term.guarded([])).rejects.toMatchObject({ code: 'RK_LOCKS_RELEASED' })
  })
})

describe('the view of the leader', () => {
  it('is who leads now, and each newer one', async () => {
    const { clock, connect, elect } = world()
    const [a, b] = [await connect(), await connect()]
    const observer = elect(await connect(), 'observer')
    const seen: (string | undefined)[] = []
    const controller = new AbortController()
    const watching = (async () => {
      for await (const leader of observer.observe({ signal: controller.signal })) seen.push(leader?.id)
    })()
    await clock.advance(0)
    const first = await elect(a, 'a').campaign()
    await clock.advance(0)
    expect(await observer.leader()).toEqual({ id: 'a', node: first.node, token: first.token })
    const second = elect(b, 'b').campaign()
    await clock.advance(0)
    await first.resign()
    await clock.advance(0)
    await (await second).resign()
    await clock.advance(0)
    controller.abort()
    await watching
    expect(seen).toEqual([undefined, 'a', 'b', undefined])
  })

  it('misses nothing while its session is away', async () => {
    const { clock, connect, elect } = world()
    const [a, watcher] = [await connect(), await connect()]
    const seen: (string | undefined)[] = []
    void (async () => {
      for await (const leader of elect(watcher, 'w').observe()) seen.push(leader?.id)
    })()
    await clock.advance(0)
    watcher.faults.disconnect()
    await elect(a, 'a').campaign()
    await clock.advance(10)
    expect(seen).toEqual([undefined])
    watcher.faults.reconnect()
    await clock.advance(0)
    expect(seen).toEqual([undefined, 'a'])
  })
})
