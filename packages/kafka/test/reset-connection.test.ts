import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { resetConnection } from '../src/kafkajs/connection.ts'
import type { InnerConnection } from '../src/kafkajs/inside.ts'

/** What a reset touches of kafkajs's connection. */
const connectionOver = (socket: Socket): InnerConnection =>
  ({
    socket,
    isConnected: () => true,
    rejectRequests: () => {},
    disconnect: async () => {},
  }) as unknown as InnerConnection

it.each(['open', 'ended', 'connecting'] as const)('a reset closes a socket that is %s', async (state) => {
  const server = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  if (state !== 'connecting') await once(socket, 'connect')
  if (state === 'ended') socket.end()
  const closed = once(socket, 'close')
  resetConnection(connectionOver(socket), new Error('the caller gave up'))
  await closed
  expect(socket.destroyed).toBe(true)
  server.close()
})
