import type { WatchEvent } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { zookeeper, type ZooKeeperOptions } from '../src/index.ts'
import { opcode } from '../src/protocol/opcode.ts'
import { eventFrame, FakeServer, replyFrame, writeStat } from './support/fake-server.ts'
import { code } from './support/values.ts'

async function open(server: FakeServer, options: Partial<ZooKeeperOptions> = {}) {
  const opening = zookeeper({ connect: server.address, sessionTimeout: 4000, ...options }).connect()
  return { connection: await server.connection(), session: await opening }
}

/** `code outcome` of a failed call. */
async function outcome(work: Promise<unknown>): Promise<string> {
  const error = (await work.catch((thrown: unknown) => thrown)) as { code: string; data: { outcome?: string } }
  return `${error.code} ${error.data.outcome}`
}

const unknown = 'RK_CORE_CONNECTION_LOSS unknown'
const notSent = 'RK_CORE_CONNECTION_LOSS not-sent'

describe('outcome of calls that get no reply', () => {
  it('is unknown for a request that was sent, and not-sent while there is no connection', async () => {
    await using server = await FakeServer.start()
    const { connection, session } = await open(server)
    const call = outcome(session.sync('/a'))
    await connection.request()
    connection.drop()
    expect(await call).toBe(unknown)
    expect(session.state).toBe('suspended')
    expect(await outcome(session.sync('/a'))).toBe(notSent)
    expect(await outcome(session.addAuth('digest', 'a:b'))).toBe(notSent)
  })

  it('is not-sent for a request that was still to be flushed', async () => {
    await using server = await FakeServer.start()
    const { connection, session } = await open(server)
    const calls: Promise<string>[] = []
    const watch = (): void => void calls.push(outcome(session.sync('/late')))
    const exists = session.exists('/a', { watch })
    const { xid } = await connection.request()
    connection.send(replyFrame(xid, 1n, -101))
    await exists
    const early = outcome(session.sync('/early'))
    await connection.request()
    // The watcher makes its call, and the bytes after the event end the connection in the same turn.
    connection.send(eventFrame(1, '/a'), eventFrame(1, '/a'), Buffer.from('ffffffff', 'hex'))
    expect(await early).toBe(unknown)
    expect(await Promise.all(calls)).toEqual([notSent])
  })

  it('limits what is in flight, and lets the heartbeat past the limit', async () => {
    await using server = await FakeServer.start()
    const { connection, session } = await open(server, { maxInFlight: 2 })
    const calls = ['/1', '/2', '/3', '/4', '/5'].map((path) => session.sync(path))
    const [one] = [await connection.request(), await connection.request()]
    using hold = session.hold('/lock')
    const beat = await connection.request()
    expect(beat.opcode).toBe(opcode.multi)
    expect(connection.waiting).toBe(0)
    connection.send(replyFrame(one.xid, 1n))
    await calls[0]
    connection.drop()
    expect(await Promise.all(calls.slice(1).map(outcome))).toEqual([unknown, notSent, notSent, notSent])
    expect(hold.state).toBe('uncertain')
  })

  it('does not send a waiting call whose caller has gone', async () => {
    await using server = await FakeServer.start()
    const { connection, session } = await open(server, { maxInFlight: 1 })
    const stop = new AbortController()
    const first = session.sync('/1')
    const second = session.delete('/2', { signal: stop.signal })
    const third = session.exists('/3')
    const request = await connection.request()
    stop.abort(new Error('gone'))
    await expect(second).rejects.toThrow('gone')
    connection.send(replyFrame(request.xid, 1n))
    await first
    const next = await connection.request()
    expect(next.opcode).toBe(opcode.exists)
    connection.send(replyFrame(next.xid, 1n, 0, writeStat))
    expect(await third).toMatchObject({ czxid: 1n })
  })

  it('keeps the order of replies when a caller has gone', async () => {
    await using server = await FakeServer.start()
    const { connection, session } = await open(server)
    const stop = new AbortController()
    const events: WatchEvent[] = []
    const gone = session.exists('/1', { signal: stop.signal, watch: (event) => void events.push(event) })
    const stays = session.exists('/2')
    const [one, two] = [await connection.request(), await connection.request()]
    stop.abort(new Error('gone'))
    await expect(gone).rejects.toThrow('gone')
    connection.send(replyFrame(one.xid, 1n, -101), eventFrame(1, '/1'), replyFrame(two.xid, 2n, 0, writeStat))
    expect(await stays).toMatchObject({ version: 5 })
    expect(events).toEqual([])
  })

  it('is CLOSED after close', async () => {
    await using server = await FakeServer.start()
    const { connection, session } = await open(server, { maxInFlight: 1 })
    const inFlight = session.sync('/1')
    const waiting = code(session.sync('/2'))
    const closing = session.close()
    expect(session.state).toBe('closed')
    expect(await waiting).toBe('RK_CORE_CLOSED')
    expect(await code(session.sync('/3'))).toBe('RK_CORE_CLOSED')
    const [sync, close] = [await connection.request(), await connection.request()]
    expect(close.opcode).toBe(opcode.closeSession)
    connection.send(replyFrame(sync.xid, 1n), replyFrame(close.xid, 2n))
    await Promise.all([inFlight, closing])
    await session.close()
  })
})
