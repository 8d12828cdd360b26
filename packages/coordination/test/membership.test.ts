import { beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '@ringkeeper/testing'
import { membership, memory, type Membership, type MemorySession, type MemoryTree } from '../src/index.ts'

interface Info {
  readonly host: string
}

const path = '/app/workers'
const tick = 100
let clock: FakeClock
let tree: MemoryTree

beforeEach(() => {
  clock = new FakeClock()
  tree = memory({ ports: clock.ports, tickTime: tick })
})

const connect = (): Promise<MemorySession> => tree.connect({ sessionTimeout: 2000 })
const group = (session: MemorySession): Membership<Info> =>
  membership(session, path, { ports: clock.ports, serverTick: tick })
const ids = async (session: MemorySession): Promise<string[]> => (await group(session).members()).map(({ id }) => id)

describe('a group', () => {
  it('shows its members with what they say of themselves', async () => {
    const [a, b] = [await connect(), await connect()]
    expect(await group(a).members()).toEqual([])
    await group(b).join({ id: 'b', info: { host: 'two' } })
    const presence = await group(a).join({ id: 'a', info: { host: 'one' } })
    const members = await group(a).members()
    expect(members.map(({ id, info, sessionTimeout }) => ({ id, info, sessionTimeout }))).toEqual([
      { id: 'a', info: { host: 'one' }, sessionTimeout: 2000 },
      { id: 'b', info: { host: 'two' }, sessionTimeout: 2000 },
    ])
    expect(members[0]?.stat).toMatchObject({ ephemeralOwner: a.sessionId, czxid: presence.incarnation })
  })

  it('takes ids that no path could hold', async () => {
    const session = await connect()
    for (const id of ['a/b', '.', '..', 'ä b', '%41']) await group(session).join({ id, info: { host: '' } })
    expect((await ids(session)).sort()).toEqual(['%41', '.', '..', 'a/b', 'ä b'].sort())
  })

  it('leaves out nodes that are no members', async () => {
    const session = await connect()
    await group(session).join({ id: 'a', info: { host: '' } })
    await session.create(`${path}/junk`, new TextEncoder().encode('not json'))
    await session.create(`${path}/%ZZ`)
    expect(await ids(session)).toEqual(['a'])
  })

  it('is followed by views: joins, updates, leaves, expiries', async () => {
    const [a, b, watcher] = [await connect(), await connect(), await connect()]
    const seen: string[] = []
    const controller = new AbortController()
    const watching = (async () => {
      for await (const members of group(watcher).views({ signal: controller.signal }))
        seen.push(members.map(({ id, info }) => `${id}:${info.host}`).join(' '))
    })()
    await clock.advance(0)
    const presence = await group(a).join({ id: 'a', info: { host: '1' } })
    await clock.advance(0)
    await group(b).join({ id: 'b', info: { host: '1' } })
    await clock.advance(0)
    await presence.update({ host: '2' })
    await clock.advance(0)
    b.faults.expire()
    await clock.advance(0)
    await presence.leave()
    await clock.advance(0)
    expect(seen).toEqual(['', 'a:1', 'a:1 b:1', 'a:2 b:1', 'a:2', ''])
    controller.abort()
    await watching
  })

  it('has no gap in its views over a reconnect of the watcher', async () => {
    const [a, watcher] = [await connect(), await connect()]
    const seen: string[][] = []
    void (async () => {
      for await (const members of group(watcher).views()) seen.push(members.map(({ id }) => id))
    })()
    await clock.advance(0)
    watcher.faults.disconnect()
    await group(a).join({ id: 'a', info: { host: '' } })
    await clock.advance(10)
    watcher.faults.reconnect()
    await clock.advance(0)
    expect(seen).toEqual([[], ['a']])
  })

  it('ends its views with an error when the watcher expires', async () => {
    const watcher = await connect()
    const views = group(watcher).views()
    await views.next()
    const next = views.next()
    await clock.advance(0)
    watcher.faults.expire()
    await expect(next).rejects.toMatchObject({ code: 'RK_CORE_SESSION_EXPIRED' })
  })
})

describe('a member', () => {
  it('that restarts quickly waits for the node of its former process, and does not adopt it (rule 16)', async () => {
    const former = await connect()
    const first = await group(former).join({ id: 'a', info: { host: 'old' } })
    former.faults.freeze()
    await clock.advance(500)
    const session = await connect()
    const joining = group(session).join({ id: 'a', info: { host: 'new' } })
    await clock.advance(1000)
    expect((await group(session).members())[0]?.info).toEqual({ host: 'old' })
    const presence = await clock.run(joining)
    expect(presence.incarnation).not.toBe(first.incarnation)
    const [member] = await group(session).members()
    expect(member?.stat.ephemeralOwner).toBe(session.sessionId)
    expect(member?.info).toEqual({ host: 'new' })
  })

  it('is a duplicate only after the other one has outlived its session timeout by half and two ticks (rule 16)', async () => {
    const [a, b] = [await tree.connect({ sessionTimeout: 5000 }), await connect()]
    await group(a).join({ id: 'a', info: { host: 'one' } })
    const start = clock.monotonic()
    const joining = group(b).join({ id: 'a', info: { host: 'two' } })
    let failedAt = 0
    joining.catch(() => (failedAt = clock.monotonic()))
    await clock.advance(20_000)
    await expect(joining).rejects.toMatchObject({
      code: 'RK_COORDINATION_DUPLICATE_MEMBER',
      data: { path, id: 'a', waited: 7700 },
    })
    expect(failedAt - start).toBe(7700)
  })

  it('waits anew when it was out of touch meanwhile: a server that comes back gives every session its whole time again', async () => {
    const [a, b] = [await tree.connect({ sessionTimeout: 5000 }), await connect()]
    await group(a).join({ id: 'a', info: { host: 'one' } })
    const joining = group(b).join({ id: 'a', info: { host: 'two' } })
    let failedAt = 0
    joining.catch(() => (failedAt = clock.monotonic()))
    await clock.advance(5000)
    const start = clock.monotonic()
    b.faults.disconnect()
    await clock.advance(100)
    b.faults.reconnect()
    await clock.advance(7600)
    expect(failedAt).toBe(0)
    await clock.advance(1000)
    expect(failedAt - start).toBeGreaterThanOrEqual(7700)
  })

  it('has a heartbeat while it waits, and so is proved alive when it is a member', async () => {
    const [former, session] = [await connect(), await connect()]
    await group(former).join({ id: 'a', info: { host: 'old' } })
    former.faults.freeze()
    const presence = await clock.run(group(session).join({ id: 'a', info: { host: 'new' } }))
    using hold = session.hold(presence.node, { discardWhenLost: false })
    expect(hold.isSafe).toBe(true)
  })

  it('that gives up while its node is being made leaves none behind', async () => {
    const [a, b] = [await connect(), await connect()]
    await group(b).join({ id: 'b', info: { host: '' } })
    a.faults.delayReplies(100)
    const giveUp = new AbortController()
    const joining = group(a).join({ id: 'a', info: { host: '' } }, { signal: giveUp.signal })
    joining.catch(() => {})
    await clock.advance(50)
    giveUp.abort(new Error('given up'))
    await clock.advance(2000)
    await expect(joining).rejects.toThrow('given up')
    expect(await ids(b)).toEqual(['b'])
  })

  it('recognises its own node when the reply to its creation was lost', async () => {
    const [session, other] = [await connect(), await connect()]
    await other.create('/app')
    await other.create(path)
    session.faults.loseReply()
    const start = clock.monotonic()
    const presence = await clock.run(group(session).join({ id: 'a', info: { host: '' } }))
    expect(clock.monotonic()).toBe(start)
    expect(presence.signal.aborted).toBe(false)
    expect(await ids(other)).toEqual(['a'])
  })

  it('comes back when somebody deletes its node', async () => {
    const [a, b] = [await connect(), await connect()]
    const presence = await group(a).join({ id: 'a', info: { host: '1' } })
    const before = presence.incarnation
    await presence.update({ host: '2' })
    await b.delete(presence.node)
    await clock.advance(0)
    expect((await group(b).members()).map(({ info }) => info.host)).toEqual(['2'])
    expect(presence.incarnation).not.toBe(before)
  })

  it('is told when its session is over', async () => {
    const session = await connect()
    const presence = await group(session).join({ id: 'a', info: { host: '' } })
    session.faults.expire()
    await clock.advance(0)
    expect(presence.signal.reason).toMatchObject({ code: 'RK_CORE_SESSION_EXPIRED' })
  })

  it('leaves though it is disconnected: the node is deleted when it is back', async () => {
    const [a, b] = [await connect(), await connect()]
    const presence = await group(a).join({ id: 'a', info: { host: '' } })
    a.faults.disconnect()
    await clock.advance(0)
    await presence.leave()
    expect(await ids(b)).toEqual(['a'])
    a.faults.reconnect()
    await clock.advance(0)
    expect(await ids(b)).toEqual([])
  })

  it('that leaves does not delete the node of a successor', async () => {
    const [a, b] = [await connect(), await connect()]
    const presence = await group(a).join({ id: 'a', info: { host: '' } })
    a.faults.delayReplies(100)
    await b.delete(presence.node)
    await group(b).join({ id: 'a', info: { host: 'successor' } })
    const left = presence.leave()
    await clock.advance(1000)
    await left
    expect((await group(b).members()).map(({ info }) => info.host)).toEqual(['successor'])
  })
})
