import type { Coordinator } from '@ringkeeper/core'
import { describe, expect, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { eventFrame, FakeServer, replyFrame, writeStat, type FakeConnection } from './support/fake-server.ts'

/** What the server sent first is what callers see first, whatever they do with it. */
async function open(server: FakeServer): Promise<{ session: Coordinator; connection: FakeConnection }> {
  const opening = zookeeper({ connect: server.address, sessionTimeout: 4000 }).connect()
  return { connection: await server.connection(), session: await opening }
}

/** A caller that takes its time, in promises. */
async function later(work: Promise<unknown>, log: string[], entry: string): Promise<void> {
  await work
  for (let hop = 0; hop < 20; hop += 1) await Promise.resolve()
  log.push(entry)
}

describe('order of replies and events', () => {
  it('lets the callers of replies run before an event that came with them', async () => {
    await using server = await FakeServer.start()
    const { session, connection } = await open(server)
    const log: string[] = []
    const first = later(session.exists('/a', { watch: ({ type }) => void log.push(type) }), log, 'exists')
    const second = later(session.sync('/a'), log, 'sync')
    const [exists, sync] = [await connection.request(), await connection.request()]
    connection.send(replyFrame(exists.xid, 1n, -101), replyFrame(sync.xid, 1n), eventFrame(1, '/a'))
    await Promise.all([first, second])
    await until(() => log.length === 3)
    expect(log).toEqual(['exists', 'sync', 'created'])
  })

  it('lets the reader of a watch run before a reply that came with its event', async () => {
    await using server = await FakeServer.start()
    const { session, connection } = await open(server)
    const log: string[] = []
    const watching = session.watch('/a')
    const add = await connection.request()
    connection.send(replyFrame(add.xid, 1n))
    const watch = await watching
    const reading = (async () => {
      for await (const event of watch) {
        for (let hop = 0; hop < 20; hop += 1) await Promise.resolve()
        log.push(event.type)
        if (log.length >= 2) return
      }
    })()
    const set = session.set('/a', new Uint8Array()).then(() => log.push('set'))
    const request = await connection.request()
    connection.send(eventFrame(3, '/a'), replyFrame(request.xid, 2n, 0, writeStat), eventFrame(2, '/a'))
    const removal = connection.request().then(({ xid }) => connection.send(replyFrame(xid, 2n)))
    await Promise.all([set, reading, removal])
    expect(log).toEqual(['changed', 'set', 'deleted'])
  })

  it('sends the requests of one turn together', async () => {
    await using server = await FakeServer.start()
    const { session, connection } = await open(server)
    const replies = [session.sync('/a'), session.sync('/b'), Promise.resolve().then(() => session.sync('/c'))]
    const first = await connection.request()
    expect(connection.waiting).toBe(2)
    for (const { xid } of [first, await connection.request(), await connection.request()])
      connection.send(replyFrame(xid, 1n))
    await Promise.all(replies)
  })

  it('drops a connection whose replies do not match its requests', async () => {
    await using server = await FakeServer.start()
    const { session, connection } = await open(server)
    const sync = session.sync('/a')
    const { xid } = await connection.request()
    connection.send(replyFrame(xid + 1, 1n))
    await expect(sync).rejects.toMatchObject({
      code: 'RK_CORE_CONNECTION_LOSS',
      data: { outcome: 'unknown' },
      cause: { code: 'RK_ZOOKEEPER_BAD_MESSAGE' },
    })
    expect(session.state).toBe('suspended')
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}
