import { FakeClock } from '@ringkeeper/testing'
import { describe, expect, it } from 'vitest'
import { zookeeper } from '../src/index.ts'
import { opcode } from '../src/protocol/opcode.ts'
import { drive } from './support/drive.ts'
import { expiredFrame, FakeServer, helloFrame, replyFrame } from './support/fake-server.ts'

const sessionTimeout = 6000

async function open(server: FakeServer) {
  const clock = new FakeClock()
  const backend = zookeeper({ connect: server.address, sessionTimeout, serverTick: 1000, ports: clock.ports })
  const opening = backend.connect()
  return { clock, backend, connection: await server.connection(), session: await opening }
}

describe('close while no server answers', () => {
  it('does not hang, and the next session is opened only after the old one has been closed', async () => {
    await using server = await FakeServer.start()
    const { clock, backend, connection, session } = await open(server)
    connection.answersPings = false
    server.welcome = () => undefined
    const start = clock.monotonic()
    await drive(clock, session.close())
    expect(clock.monotonic() - start).toBeLessThanOrEqual((2 / 3) * sessionTimeout + 50)
    expect(session.state).toBe('closed')

    const log: string[] = []
    server.welcome = ({ sessionId }, welcomed) => {
      log.push(`hello ${sessionId}`)
      void welcomed.request().then(({ xid, opcode: type }) => {
        log.push(type === opcode.closeSession ? 'close' : 'another request')
        welcomed.send(replyFrame(xid, 1n))
      })
      return helloFrame({ sessionId: sessionId || 0x78n, sessionTimeout })
    }
    const successor = await drive(clock, backend.connect())
    expect(successor.sessionId).toBe(0x78n)
    expect(log).toEqual([`hello ${0x77}`, 'close', 'hello 0'])
  })

  it('is content when the server says that the old session has expired', async () => {
    await using server = await FakeServer.start()
    const { clock, backend, connection, session } = await open(server)
    server.welcome = () => undefined
    connection.drop()
    await drive(clock, session.close())
    server.welcome = ({ sessionId }) =>
      sessionId === 0n ? helloFrame({ sessionId: 0x78n, sessionTimeout }) : expiredFrame
    const successor = await drive(clock, backend.connect())
    expect(successor.sessionId).toBe(0x78n)
  })

  it('tells a server that comes back in time', async () => {
    await using server = await FakeServer.start()
    const { clock, connection, session } = await open(server)
    connection.drop()
    const closing = session.close()
    const next = await drive(clock, server.connection())
    const request = await drive(clock, next.request())
    expect(request.opcode).toBe(opcode.closeSession)
    next.send(replyFrame(request.xid, 1n))
    await closing
  })
})
