import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultProxy, type FaultProxy } from '../src/index.ts'

/** Answers `name:` and what it got; `received` is everything that reached it. */
async function startEcho(name: string) {
  const sockets = new Set<Socket>()
  const echo = { received: '', sockets, port: 0, server: undefined as unknown as Server }
  echo.server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (bytes) => {
      echo.received += bytes.toString()
      socket.write(`${name}:${bytes.toString()}`)
    })
  })
  echo.server.listen(0, '127.0.0.1')
  await once(echo.server, 'listening')
  echo.port = (echo.server.address() as AddressInfo).port
  return echo
}

class Client {
  readonly socket: Socket
  readonly closed: Promise<unknown>
  text = ''

  constructor(proxy: FaultProxy) {
    this.socket = connect(proxy.port, proxy.host)
    this.closed = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.on('error', () => {})
    this.socket.on('data', (bytes) => {
      this.text += bytes.toString()
    })
  }

  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) await once(this.socket, 'data')
  }
}

let echo: Awaited<ReturnType<typeof startEcho>>
let proxy: FaultProxy
const clients: Client[] = []
const open = (): Client => {
  const client = new Client(proxy)
  clients.push(client)
  return client
}
const reached = async (text: string): Promise<void> => {
  while (!echo.received.includes(text)) await new Promise(setImmediate)
}

beforeEach(async () => {
  echo = await startEcho('a')
  proxy = await faultProxy({ target: { port: echo.port } })
})

afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy()
  await proxy[Symbol.asyncDispose]()
  for (const socket of echo.sockets) socket.destroy()
  echo.server.close()
})

describe('fault proxy', () => {
  it('forwards both ways and passes the end on', async () => {
    const client = open()
    client.socket.write('hello')
    await client.until('a:hello')
    client.socket.end()
    await client.closed
    expect(client.text).toBe('a:hello')
  })

  it('resets connections when it is cut, refuses new ones, and serves again when healed', async () => {
    const before = open()
    before.socket.write('1')
    await before.until('a:1')
    proxy.cut()
    await before.closed
    await open().closed
    expect(proxy.connections).toBe(0)
    proxy.heal()
    const after = open()
    after.socket.write('2')
    await after.until('a:2')
  })

  it('loses a reply to a request that the server has got', async () => {
    const client = open()
    client.socket.write('first')
    await client.until('a:first')
    proxy.pauseReplies()
    client.socket.write('second')
    await reached('second')
    proxy.dropConnections()
    await client.closed
    expect(client.text).toBe('a:first')
    proxy.resumeReplies()
    const again = open()
    again.socket.write('third')
    await again.until('a:third')
    expect(again.text).toBe('a:third')
  })

  it('holds a frozen link open, with the end of the connection, and delivers in order when thawed', async () => {
    const client = open()
    client.socket.write('1')
    await client.until('a:1')
    proxy.pauseReplies()
    client.socket.write('2')
    await reached('12')
    for (const socket of echo.sockets) socket.end('bye')
    proxy.pauseRequests()
    client.socket.write('3')
    const other = open()
    await once(other.socket, 'connect')
    expect(client.text).toBe('a:1')
    expect(client.socket.closed).toBe(false)
    expect(echo.received).toBe('12')
    proxy.thaw()
    await client.closed
    expect(client.text).toBe('a:1a:2bye')
    expect(echo.received).toBe('123')
  })

  it('delivers later by the delay, each way', async () => {
    const client = open()
    client.socket.write('1')
    await client.until('a:1')
    proxy.delay(60)
    const sent = performance.now()
    client.socket.write('2')
    await client.until('a:2')
    expect(performance.now() - sent).toBeGreaterThanOrEqual(115)
  })

  it('holds more than a buffer of bytes without losing any', async () => {
    proxy.pauseReplies()
    const client = open()
    await once(client.socket, 'connect')
    while (echo.sockets.size === 0) await new Promise(setImmediate)
    const size = 20 << 20
    for (const socket of echo.sockets) socket.end(Buffer.alloc(size, 'x'))
    proxy.resumeReplies()
    let bytes = 0
    client.socket.on('data', (chunk) => (bytes += chunk.length))
    await client.closed
    expect(bytes).toBe(size)
  })

  it('sends new connections to another target', async () => {
    const other = await startEcho('b')
    proxy.retarget({ port: other.port })
    const client = open()
    client.socket.write('x')
    await client.until('b:x')
    client.socket.destroy()
    other.server.close()
  })

  it('resets a client whose server cannot be reached', async () => {
    echo.server.close()
    await once(echo.server, 'close')
    await open().closed
  })

  it('keeps connecting to a target that is not there yet, as long as it may', async () => {
    const { port } = echo
    echo.server.close()
    await once(echo.server, 'close')
    await using patient = await faultProxy({ target: { port }, patience: 10_000 })
    const client = new Client(patient)
    clients.push(client)
    client.socket.write('early')
    await once(client.socket, 'connect')
    const late = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(port, '127.0.0.1')
    await client.until('early')
    client.socket.destroy()
    late.close()
  })

  it('drops a connection at the moment in which it passes both ends on', async () => {
    // Guards resetSocket: a reset in that moment never closes the socket, and the proxy could not be disposed of.
    const client = open()
    client.socket.write('1')
    await client.until('a:1')
    proxy.freeze()
    client.socket.end()
    for (const socket of echo.sockets) await once(socket.end(), 'finish')
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
    proxy.thaw()
    proxy.dropConnections()
    await client.closed
    while (proxy.connections > 0) await new Promise(setImmediate)
  })

  it('rewrites what a client says first, however it is cut into packets', async () => {
    await using rewriting = await faultProxy({
      target: { port: echo.port },
      rewriteOpening: (opening) =>
        opening.length < 4 ? undefined : Buffer.concat([Buffer.from('ABCD'), opening.subarray(4)]),
    })
    const client = new Client(rewriting)
    clients.push(client)
    client.socket.setNoDelay(true)
    client.socket.write('ab')
    await new Promise(setImmediate)
    client.socket.write('cdef')
    await client.until('ABCDef')
    client.socket.write('abcd')
    await client.until('efa:abcd')
  })
})
