import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { settings, type Run } from '../settings.ts'

const MIB = 1024 * 1024

/**
 * Receives as many bytes as the values of the records have, and does nothing with them: what no consumer in Node can do
 * without, however it reads.
 */
export const receive: Run = async ({ items }) => {
  const sender = fork(import.meta.filename, [String(items * settings.valueBytes)], { execArgv: [] })
  const [port] = (await once(sender, 'message')) as [number]
  const buffer = Buffer.alloc(MIB)
  let received = 0
  const socket = connect({
    port,
    host: '127.0.0.1',
    onread: { buffer, callback: (count) => (received += count) > 0 },
  })
  await once(socket, 'close')
  sender.kill()
  return received / settings.valueBytes
}

/** In a process of its own: sends so many bytes to whoever connects. */
function send(bytes: number): void {
  const piece = Buffer.alloc(MIB, 'x')
  const server = createServer((socket) => {
    let left = bytes
    const go = (): void => {
      while (left > 0) {
        const size = Math.min(left, piece.length)
        left -= size
        if (!socket.write(piece.subarray(0, size))) return
      }
      socket.end()
    }
    socket.on('drain', go)
    go()
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}

if (import.meta.main) send(Number(process.argv[2]))
