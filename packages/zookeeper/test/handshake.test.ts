import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { FakeClock } from '@ringkeeper/testing'
import { describe, expect, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { opcode } from '../src/protocol/opcode.ts'
import { drive } from './support/drive.ts'
import { FakeServer, helloFrame, replyFrame } from './support/fake-server.ts'
import { code } from './support/values.ts'

const options = { sessionTimeout: 4000 }

/** A server of something else, which answers anything with `answer`. */
async function stranger(answer: string): Promise<AsyncDisposable & { readonly address: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  }
}

describe('handshake', () => {
  it('refuses whoever does not speak the protocol, and says what came instead', async () => {
    await using web = await stranger('HTTP/1.1 400 Bad Request\r\n\r\n')
    const error = await zookeeper({ ...options, connect: web.address })
      .connect()
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'RK_ZOOKEEPER_BAD_HANDSHAKE',
      message: expect.stringContaining('"HTTP/1.1 400 Bad'),
    })
  })

  it('goes on to another server of the list', async () => {
    await using web = await stranger('HTTP/1.1 400 Bad Request\r\n\r\n')
    await using server = await FakeServer.start()
    const connect = `${web.address},127.0.0.1:1,${server.address}`
    const session = await zookeeper({ ...options, connect }).connect({ timeout: 5000 })
    expect(session).toMatchObject({ state: 'connected', sessionId: 0x77n, sessionTimeout: 4000 })
  })

  it.each([
    ['a session without an id', helloFrame({ sessionId: 0n, sessionTimeout: 4000 })],
    [
      'more bytes than one answer',
      Buffer.concat([helloFrame({ sessionId: 1n, sessionTimeout: 4000 }), Buffer.alloc(1)]),
    ],
  ])('refuses %s', async (_, answer) => {
    await using server = await FakeServer.start()
    server.welcome = () => answer
    expect(await code(zookeeper({ ...options, connect: server.address }).connect())).toBe('RK_ZOOKEEPER_BAD_HANDSHAKE')
  })

  it('waits as long as the caller wants for a server that does not answer', async () => {
    await using server = await FakeServer.start()
    server.welcome = () => undefined
    const clock = new FakeClock()
    const backend = zookeeper({ ...options, connect: server.address, ports: clock.ports })
    const error = await drive(
      clock,
      backend.connect({ timeout: 10_000 }).catch((thrown: unknown) => thrown),
    )
    expect(error).toMatchObject({
      code: 'RK_CORE_CONNECT_TIMEOUT',
      data: { servers: server.address, timeout: 10_000 },
      cause: { code: 'RK_ZOOKEEPER_SERVER_SILENT' },
    })
    expect(clock.monotonic()).toBeGreaterThanOrEqual(10_000)
    const reason = new Error('enough')
    await expect(backend.connect({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })

  it('names the timeout that the caller gave, however much of it was left', async () => {
    await using server = await FakeServer.start()
    server.welcome = () => undefined
    const clock = new FakeClock()
    let calls = 0
    const monotonic = (): number => clock.monotonic() + calls++
    const ports = { ...clock.ports, clock: { monotonic, wall: () => clock.ports.clock.wall() } }
    const opening = zookeeper({ ...options, connect: server.address, ports }).connect({ timeout: 5000 })
    const error = await drive(
      clock,
      opening.catch((thrown: unknown) => thrown),
    )
    expect(error).toMatchObject({ code: 'RK_CORE_CONNECT_TIMEOUT', data: { timeout: 5000 } })
  })

  it('refuses, and closes, a session whose negotiated timeout is below two ticks', async () => {
    await using server = await FakeServer.start()
    server.welcome = () => helloFrame({ sessionId: 1n, sessionTimeout: 3999 })
    const opening = code(zookeeper({ ...options, connect: server.address }).connect())
    const connection = await server.connection()
    expect(await opening).toBe('RK_CORE_SESSION_TIMEOUT_TOO_SHORT')
    const request = await connection.request()
    expect(request.opcode).toBe(opcode.closeSession)
    connection.send(replyFrame(request.xid, 1n))
    await connection.closed
  })
})
