// Steps of core that every recipe takes; core's own tests have no tree to take them on.
import { beforeEach, describe, expect, it } from 'vitest'
import { ensureNode, untilConnected, watchedView } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { memory, type MemorySession, type MemoryTree } from '../src/index.ts'

let clock: FakeClock
let tree: MemoryTree
let session: MemorySession

beforeEach(async () => {
  clock = new FakeClock()
  tree = memory({ ports: clock.ports })
  session = await tree.connect()
})

describe('ensureNode', () => {
  it('makes a node with all that is above it, and leaves alone what is there', async () => {
    await session.create('/a', new TextEncoder().encode('mine'))
    await Promise.all([ensureNode(session, '/a/b/c'), ensureNode(session, '/a/b/d'), ensureNode(session, '/a')])
    expect((await session.children('/a/b')).children).toEqual(['c', 'd'])
    expect((await session.exists('/a'))?.dataLength).toBe(4)
  })

  it('waits out a lost connection', async () => {
    session.faults.loseReply()
    await ensureNode(session, '/a/b')
    expect((await session.children('/a')).children).toEqual(['b'])
  })

  it('ends with its signal, and with the session', async () => {
    session.faults.disconnect()
    await clock.advance(0)
    const controller = new AbortController()
    const making = ensureNode(session, '/a', 'persistent', { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(making).rejects.toThrow('enough')
    const closed = ensureNode(session, '/a')
    await session.close()
    await expect(closed).rejects.toMatchObject({ code: 'RK_CORE_CLOSED' })
  })

  it('says why it cannot', async () => {
    await session.create('/e', undefined, { mode: 'ephemeral' })
    await expect(ensureNode(session, '/e/a/b')).rejects.toMatchObject({ code: 'RK_CORE_NO_CHILDREN_FOR_EPHEMERALS' })
    await expect(ensureNode(session, 'a')).rejects.toMatchObject({ code: 'RK_CORE_INVALID_PATH' })
  })
})

describe('untilConnected', () => {
  it('waits for the connection', async () => {
    session.faults.disconnect()
    await clock.advance(0)
    let isThere = false
    const waiting = untilConnected(session, 'the test').then(() => (isThere = true))
    await clock.advance(100)
    expect(isThere).toBe(false)
    session.faults.reconnect()
    await waiting
  })

  it('fails when the session is over, or the signal aborts', async () => {
    session.faults.disconnect()
    await clock.advance(0)
    const controller = new AbortController()
    const waiting = untilConnected(session, 'the test', controller.signal)
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await session.close()
    await expect(untilConnected(session, 'the test')).rejects.toMatchObject({ code: 'RK_CORE_CLOSED' })
  })
})

describe('watchedView', () => {
  const names = (signal?: AbortSignal): AsyncGenerator<readonly string[], void, undefined> =>
    watchedView(session, '/', { read: async () => (await session.children('/')).children, signal })

  it('skips to the newest for a slow reader', async () => {
    const views = names()
    expect((await views.next()).value).toEqual([])
    for (const name of ['a', 'b', 'c']) await session.create(`/${name}`)
    expect((await views.next()).value).toEqual(['a', 'b', 'c'])
    await views.return()
  })

  it('ends quietly when the signal aborts or the session is closed', async () => {
    const controller = new AbortController()
    const first = names(controller.signal)
    await first.next()
    const ended = first.next()
    await clock.advance(0)
    controller.abort()
    expect((await ended).done).toBe(true)
    const second = names()
    await second.next()
    const closed = second.next()
    await clock.advance(0)
    await session.close()
    expect((await closed).done).toBe(true)
  })

  it('passes on what reading throws', async () => {
    const views = watchedView(session, '/', { read: () => Promise.reject(new Error('unreadable')) })
    await expect(views.next()).rejects.toThrow('unreadable')
  })

  it('ends when the signal aborts while no server answers', async () => {
    session.faults.delayReplies(3000)
    const controller = new AbortController()
    const view = names(controller.signal).next()
    controller.abort()
    expect((await view).done).toBe(true)
  })

  it('begins when the session is back, if it was away', async () => {
    session.faults.disconnect()
    await clock.advance(0)
    const first = names().next()
    await clock.advance(10)
    session.faults.reconnect()
    expect((await first).value).toEqual([])
  })
})
