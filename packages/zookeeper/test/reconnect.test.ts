import type { WatchEvent } from '@ringkeeper/core'
import { FakeClock } from '@ringkeeper/testing'
import { describe, expect, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import type { JuteReader } from '../src/protocol/jute-reader.ts'
import type { JuteWriter } from '../src/protocol/jute-writer.ts'
import { opcode, specialXid } from '../src/protocol/opcode.ts'
import { drive, polled } from './support/drive.ts'
import {
  eventFrame,
  expiredFrame,
  FakeServer,
  helloFrame,
  Mailbox,
  replyFrame,
  writeStat,
  type FakeConnection,
} from './support/fake-server.ts'

const sessionTimeout = 6000

async function open(servers: readonly FakeServer[]) {
  const clock = new FakeClock()
  const connect = servers.map(({ address }) => address).join(',')
  const opening = zookeeper({ connect, sessionTimeout, serverTick: 1000, ports: clock.ports }).connect()
  const connection = await (servers[0] as FakeServer).connection()
  return { clock, connection, session: await opening }
}

/** Answers the next request of a connection. */
async function answer(connection: FakeConnection, zxid: bigint, error = 0): Promise<void> {
  const { xid, opcode: type } = await connection.request()
  connection.send(replyFrame(xid, zxid, error, type === opcode.sync || error !== 0 ? undefined : writeStat))
}

function strings(body: JuteReader): string[] {
  return body.vector(4, () => body.string())
}

describe('reconnect', () => {
  it('resumes the session, sends identities first, then the watches, then the callers’ requests', async () => {
    await using server = await FakeServer.start()
    const { clock, connection, session } = await open([server])
    const events: WatchEvent[] = []
    const watch = (event: WatchEvent): void => void events.push(event)
    const auth = session.addAuth('digest', 'a:b')
    await connection.request()
    connection.send(replyFrame(specialXid.auth, 0n))
    await auth
    const setting = [session.exists('/there', { watch }), session.exists('/absent', { watch }), session.watch('/tree')]
    await answer(connection, 8n)
    await answer(connection, 9n, -101)
    connection.send(replyFrame((await connection.request()).xid, 10n))
    await Promise.all(setting)
    const tree = (await setting[2]) as AsyncIterable<WatchEvent>
    connection.drop()

    const next = await drive(clock, server.connection())
    expect(next.hello).toMatchObject({ sessionId: 0x77n, lastZxid: 10n, password: new Uint8Array(16).fill(7) })
    expect(await next.request()).toMatchObject({ xid: specialXid.auth, opcode: opcode.auth })
    const restore = await next.request()
    expect(restore).toMatchObject({ xid: specialXid.setWatches, opcode: opcode.setWatches2 })
    const { body } = restore
    expect([body.long(), strings(body), strings(body), strings(body), strings(body), strings(body)]).toEqual([
      10n,
      ['/there'],
      ['/absent'],
      [],
      ['/tree'],
      [],
    ])
    expect(session.state).toBe('connected')
    const call = session.sync('/x')
    const reading = tree[Symbol.asyncIterator]()
    const first = reading.next()
    let isResynced = false
    void first.then(() => (isResynced = true))
    await polled()
    expect(isResynced).toBe(false)
    next.send(replyFrame(specialXid.auth, 0n), eventFrame(2, '/there'), replyFrame(specialXid.setWatches, 12n))
    await answer(next, 12n)
    await call
    expect(await first).toEqual({ done: false, value: { type: 'resync', path: '/tree' } })
    expect(events).toEqual([{ type: 'deleted', path: '/there' }])
  })

  it('uses the older form without persistent watches, in batches of 128 KiB', async () => {
    await using server = await FakeServer.start()
    const { clock, connection, session } = await open([server])
    const name = 'x'.repeat(1000)
    const paths = Array.from({ length: 200 }, (_, index) => `/${index}${name}`)
    const setting = paths.map((path) => session.exists(path, { watch: () => {} }))
    for (const _ of paths) await answer(connection, 1n, -101)
    await Promise.all(setting)
    connection.drop()
    const next = await drive(clock, server.connection())
    const seen: string[] = []
    for (let batch = 0; batch < 2; batch += 1) {
      const request = await next.request()
      expect(request.opcode).toBe(opcode.setWatches)
      expect(request.body.remaining).toBeLessThan(132 * 1024)
      request.body.long()
      seen.push(...strings(request.body), ...strings(request.body))
    }
    expect(seen).toEqual(paths)
  })

  it('leaves a silent server after a third of the session timeout for another one', async () => {
    const connections = new Mailbox<FakeConnection>()
    await using one = await FakeServer.start(connections)
    await using two = await FakeServer.start(connections)
    const { clock, connection } = await open([one, two])
    connection.answersPings = false
    const lostAt = clock.monotonic()
    const next = await drive(clock, connections.take())
    expect(next.hello?.sessionId).toBe(0x77n)
    expect(next).not.toBe(connection)
    const gap = clock.monotonic() - lostAt
    expect(gap).toBeGreaterThanOrEqual(sessionTimeout / 3)
    expect(gap).toBeLessThan(sessionTimeout / 3 + 100)
  })

  it('offers the old session until a server says that it has expired, however long that takes', async () => {
    await using server = await FakeServer.start()
    const { clock, connection, session } = await open([server])
    const events: WatchEvent[] = []
    const exists = session.exists('/a', { watch: (event) => void events.push(event) })
    await answer(connection, 1n)
    await exists
    using hold = session.hold('/a')
    expect(hold.state).toBe('held')
    server.welcome = () => undefined
    connection.drop()
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const next = await drive(clock, server.connection())
      expect(next.hello?.sessionId).toBe(0x77n)
    }
    expect(clock.monotonic()).toBeGreaterThan(5 * sessionTimeout)
    expect([session.state, hold.state]).toEqual(['suspended', 'lost'])
    server.welcome = () => expiredFrame
    const states: string[] = []
    await drive(
      clock,
      (async () => {
        for await (const state of session.states()) states.push(state)
      })(),
    )
    expect(states).toEqual(['suspended', 'expired'])
    expect(events).toEqual([{ type: 'ended', path: '/a' }])
    await expect(session.sync('/a')).rejects.toMatchObject({ code: 'RK_CORE_SESSION_EXPIRED' })
    await session.close()
    expect(session.state).toBe('expired')
  })

  it('takes an answer that a session is over as the loss of the connection', async () => {
    await using server = await FakeServer.start()
    const { clock, connection, session } = await open([server])
    const sync = session.sync('/a')
    const { xid } = await connection.request()
    server.welcome = () => expiredFrame
    connection.send(replyFrame(xid, 1n, -112))
    await expect(sync).rejects.toMatchObject({ code: 'RK_CORE_SESSION_EXPIRED' })
    await drive(clock, server.connection())
    await drive(
      clock,
      (async () => {
        for await (const state of session.states()) if (state === 'expired') return
      })(),
    )
  })

  it('waits longer and longer for a server that takes connections only to drop them', async () => {
    await using server = await FakeServer.start()
    const { clock, connection } = await open([server])
    connection.drop()
    const times: number[] = []
    while (times.length < 8) {
      const next = await drive(clock, server.connection())
      times.push(clock.monotonic())
      next.drop()
    }
    const [first, second] = [times[1], times[7]] as [number, number]
    expect(second - (times[6] as number)).toBeGreaterThan(4 * (first - (times[0] as number)))
  })

  it('does not take another session for its own', async () => {
    await using server = await FakeServer.start()
    const { clock, connection, session } = await open([server])
    server.welcome = () => helloFrame({ sessionId: 0x99n, sessionTimeout })
    connection.drop()
    await drive(clock, server.connection())
    await drive(clock, server.connection())
    expect(session).toMatchObject({ state: 'suspended', sessionId: 0x77n })
  })

  it('deletes a discarded node in the background until it is gone', async () => {
    await using server = await FakeServer.start()
    const { clock, connection, session } = await open([server])
    session.discard('/mine')
    await found(connection, session.sessionId)
    expect(await connection.request()).toMatchObject({ opcode: opcode.delete })
    connection.drop()
    const next = await drive(clock, server.connection())
    await found(next, session.sessionId)
    const again = await next.request()
    expect(again).toMatchObject({ opcode: opcode.delete })
    expect(again.body.string()).toBe('/mine')
    next.send(replyFrame(again.xid, 2n, -3))
    await drive(clock, found(next, session.sessionId))
    const third = await next.request()
    expect(third).toMatchObject({ opcode: opcode.delete })
    next.send(replyFrame(third.xid, 3n, -101))
    session.discard('/other')
    expect((await next.request()).body.string()).toBe('/other')
  })
})

/** Answers the look at a node that comes before it is deleted: it belongs to `owner`. */
async function found(connection: FakeConnection, owner: bigint): Promise<void> {
  const [sync, exists] = [await connection.request(), await connection.request()]
  expect([sync.opcode, exists.opcode]).toEqual([opcode.sync, opcode.exists])
  const write = (writer: JuteWriter): void => writeStat(writer, 1n, owner)
  connection.send(
    replyFrame(sync.xid, 1n, 0, (writer) => writer.string('/mine')),
    replyFrame(exists.xid, 1n, 0, write),
  )
}
