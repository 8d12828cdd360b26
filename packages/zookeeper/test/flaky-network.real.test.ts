import { isRingkeeperError, type Coordinator } from '@ringkeeper/core'
import { seededRandom } from '@ringkeeper/testing'
import { afterEach, describe, expect, inject, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { SessionRelay } from './support/session-relay.ts'

const server = inject('zookeeper')
const breaks = 20

/** What a session promises while its connection breaks again and again, at any point of a request. */
describe.skipIf(!server)('a network that breaks all the time', () => {
  const { connect, tickTime } = server ?? { connect: '', tickTime: 0 }
  const cleanups: AsyncDisposable[] = []
  afterEach(async () => {
    for (const resource of cleanups.splice(0).toReversed()) await resource[Symbol.asyncDispose]()
  })

  async function open(): Promise<{ session: Coordinator; relay: SessionRelay }> {
    const relay = await SessionRelay.start(connect)
    cleanups.push(relay)
    const session = await zookeeper({ connect: relay.address, serverTick: tickTime, sessionTimeout: 2000 }).connect()
    cleanups.push(session)
    return { session, relay }
  }

  /** Breaks the connection at random moments. */
  async function breakOften(session: Coordinator, relay: SessionRelay, seed: number): Promise<void> {
    const random = seededRandom(seed)
    for (let count = 0; count < breaks; count += 1) {
      await connected(session)
      if (random.next() < 0.5) relay.loseReply()
      await new Promise((resolve) => setTimeout(resolve, random.next() * 15))
      relay.disconnect()
      relay.reconnect()
    }
  }

  it('applies what it confirmed, never what it said was not sent, and everything in order', async () => {
    const { session, relay } = await open()
    const witness = (await open()).session
    const root = `/flaky-${crypto.randomUUID()}`
    await session.create(root)
    const outcomes = new Map<string, string>()
    let isOver = false
    const create = async (name: string): Promise<void> => {
      try {
        await session.create(`${root}/${name}`, undefined, { mode: 'ephemeral' })
        outcomes.set(name, 'applied')
      } catch (error) {
        if (!isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) throw error
        outcomes.set(name, (error.data as { outcome: string }).outcome)
      }
    }
    const calls: Promise<void>[] = []
    const work = (async () => {
      for (let number = 0; !isOver; number += 1) {
        calls.push(create(String(number).padStart(6, '0')))
        if (number % 5 === 4) await new Promise((resolve) => setTimeout(resolve, 1))
      }
      await Promise.all(calls)
    })()
    await breakOften(session, relay, 7)
    isOver = true
    await work
    await witness.sync(root)
    const { children } = await witness.children(root)
    const applied = new Set(children)
    const wrong = [...outcomes].filter(
      ([name, outcome]) =>
        (outcome === 'applied' && !applied.has(name)) || (outcome === 'not-sent' && applied.has(name)),
    )
    expect(wrong).toEqual([])
    expect(new Set(outcomes.values())).toEqual(new Set(['applied', 'unknown', 'not-sent']))
    const stats = await Promise.all(children.map((name) => witness.exists(`${root}/${name}`)))
    const zxids = stats.map((stat) => stat?.czxid ?? 0n)
    expect(zxids).toEqual(zxids.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(new Set(stats.map((stat) => stat?.ephemeralOwner))).toEqual(new Set([session.sessionId]))
  }, 30_000)

  it('lets a reader of a recursive watch follow a tree without missing anything', async () => {
    const { session, relay } = await open()
    const writer = (await open()).session
    const root = `/followed-${crypto.randomUUID()}`
    await writer.create(root)
    const watch = await session.watch(root, { recursive: true })
    let seen = new Set<string>()
    const read = async (): Promise<void> => {
      for (;;) {
        await connected(session)
        const list = await session.children(root).catch(() => undefined)
        if (list) return void (seen = new Set(list.children.map((name) => `${root}/${name}`)))
      }
    }
    const following = (async () => {
      for await (const { type, path } of watch) {
        if (path === `${root}/last` && type === 'created') return
        if (type === 'created') seen.add(path)
        if (type === 'deleted') seen.delete(path)
        // What was missed may include the last node.
        if (type === 'resync') await read()
        if (seen.has(`${root}/last`)) return
      }
    })()
    let isOver = false
    const random = seededRandom(3)
    const work = (async () => {
      while (!isOver) {
        const path = `${root}/${Math.floor(random.next() * 20)}`
        await writer.create(path).catch(() => writer.delete(path))
      }
    })()
    await breakOften(session, relay, 11)
    isOver = true
    await work
    await writer.create(`${root}/last`)
    await following
    const { children } = await writer.children(root)
    expect([...seen].filter((path) => !path.endsWith('/last')).toSorted()).toEqual(
      children
        .filter((name) => name !== 'last')
        .map((name) => `${root}/${name}`)
        .toSorted(),
    )
  }, 30_000)
})

async function connected(session: Coordinator): Promise<void> {
  for await (const state of session.states()) if (state === 'connected') return
  throw new Error(`the session is ${session.state}`)
}
