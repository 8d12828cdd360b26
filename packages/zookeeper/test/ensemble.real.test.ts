import { startCluster, type Cluster, type ClusterServer } from '@ringkeeper-tools/cluster'
import { systemPorts, type Coordinator, type WatchEvent } from '@ringkeeper/core'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { reached } from './support/reached.ts'
import { bytes, code } from './support/values.ts'

const tickTime = 100

/** Three servers whose failures a session has to survive, or to notice before the others act on it. */
describe.skipIf(!inject('zookeeper'))('an ensemble of three servers', () => {
  let cluster: Cluster
  const sessions: Coordinator[] = []

  beforeAll(async () => {
    cluster = await startCluster({ zookeeper: { servers: 3, tickTime }, kafka: false })
  }, 60_000)

  afterEach(async () => {
    const { servers, cuts } = await cluster.status()
    for (const [one, other] of cuts) await cluster.heal(one, other)
    for (const { name, state } of servers) {
      if (state === 'frozen') await cluster.server(name).thaw()
      if (state === 'stopped') await cluster.server(name).start()
    }
    await cluster.ready()
    await Promise.all(sessions.splice(0).map((session) => session.close()))
  }, 30_000)

  afterAll(() => cluster[Symbol.asyncDispose]())

  async function open(servers: readonly ClusterServer[], sessionTimeout = 2000): Promise<Coordinator> {
    // Numbers this close to 1 leave the list in its order.
    const random = { next: () => 0.999_999, uuid: () => '' }
    const connect = servers.map(({ address }) => address).join(',')
    const backend = zookeeper({ connect, sessionTimeout, serverTick: tickTime, ports: systemPorts({ random }) })
    const session = await backend.connect({ timeout: 10_000 })
    sessions.push(session)
    return session
  }

  /** The servers by role, once all three have one: a server that was frozen leaves and joins again. */
  async function roles(): Promise<{ leader: ClusterServer; followers: [ClusterServer, ClusterServer] }> {
    for (;;) {
      const { servers } = await cluster.status()
      const named = (mode: string): ClusterServer[] =>
        servers.filter((server) => server.mode === mode).map(({ name }) => cluster.server(name))
      const [leader] = named('leader')
      const [one, other] = named('follower')
      if (leader && one && other) return { leader, followers: [one, other] }
      await cluster.ready()
    }
  }

  it('a session leaves a frozen server long before it would expire, with its nodes and watches', async () => {
    const { leader, followers } = await roles()
    const session = await open([followers[0], leader, followers[1]], 6000)
    const other = await open([leader])
    const { sessionId } = session
    const path = `/frozen-${crypto.randomUUID()}`
    await session.create(path, bytes('0'), { mode: 'ephemeral' })
    const events: WatchEvent[] = []
    await session.get(path, { watch: (event) => void events.push(event) })
    using hold = session.hold(path)
    await reached(hold.states(), 'held')
    const frozenAt = performance.now()
    await followers[0].freeze()
    await other.set(path, bytes('1'))
    await reached(session.states(), 'suspended')
    await reached(session.states(), 'connected')
    expect(performance.now() - frozenAt).toBeLessThan(session.sessionTimeout * 0.75)
    expect((await session.exists(path))?.ephemeralOwner).toBe(sessionId)
    expect(events).toEqual([{ type: 'changed', path }])
    hold.assertHeld()
  }, 60_000)

  it('a session is resumed on the server that comes back', async () => {
    const { followers } = await roles()
    const [server] = followers
    const session = await open([server], 20_000)
    const { sessionId } = session
    const path = `/restarted-${crypto.randomUUID()}`
    await session.create(path, undefined, { mode: 'ephemeral' })
    await server.stop()
    await reached(session.states(), 'suspended')
    expect(await code(session.exists(path))).toBe('RK_CORE_CONNECTION_LOSS')
    await server.start()
    await reached(session.states(), 'connected')
    expect(session.sessionId).toBe(sessionId)
    expect((await session.exists(path))?.ephemeralOwner).toBe(sessionId)
  }, 60_000)

  it('a session outlives the election of a new leader', async () => {
    const { leader, followers } = await roles()
    const session = await open([leader, ...followers], 10_000)
    const { sessionId } = session
    await leader.kill()
    await reached(session.states(), 'suspended')
    await reached(session.states(), 'connected')
    expect(session.sessionId).toBe(sessionId)
  }, 60_000)

  it('a session whose servers all went away for too long expires, and its nodes are gone', async () => {
    const { followers } = await roles()
    const [server] = followers
    const session = await open([server])
    const witness = await open([followers[1]])
    const path = `/expired-${crypto.randomUUID()}`
    await session.create(path, undefined, { mode: 'ephemeral' })
    await witness.sync(path)
    const gone = new Promise((resolve) => void witness.exists(path, { watch: resolve }))
    await server.kill()
    await gone
    expect(session.state).toBe('suspended')
    await server.start()
    await reached(session.states(), 'expired')
    expect(await code(session.exists(path))).toBe('RK_CORE_SESSION_EXPIRED')
  }, 60_000)

  it('what a closed session left behind while no server answered is closed before the next session opens', async () => {
    const { followers } = await roles()
    const [server] = followers
    // Much longer than the outage: without the farewell the node would stand for all this time.
    const backend = zookeeper({ connect: server.address, sessionTimeout: 6000, serverTick: tickTime })
    const session = await backend.connect({ timeout: 5000 })
    const path = `/left-${crypto.randomUUID()}`
    await session.create(path, undefined, { mode: 'ephemeral' })
    await server.kill()
    await session.close()
    await server.start()
    const successor = await backend.connect({ timeout: 5000 })
    sessions.push(successor)
    await successor.create(path, undefined, { mode: 'ephemeral' })
  }, 60_000)
})
