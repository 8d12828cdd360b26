import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { ServerAddress } from './server-address.ts'

/** What a transport tells; `closed` comes last and once. */
export interface TransportEvents {
  readonly opened: () => void
  /** The bytes are valid until this returns. */
  readonly data: (chunk: Buffer) => void
  readonly closed: (error: Error | undefined) => void
}

/** A byte stream to a server. */
export interface Transport {
  /** Whether the system has taken all bytes written so far, so that their buffers can be used again. */
  readonly isDrained: () => boolean
  readonly write: (bytes: Buffer) => void
  /** Closes at once; what was not yet sent is lost. */
  readonly destroy: () => void
}

const readBufferSize = 65_536

/** Opens a TCP or TLS connection. */
export function openTransport(
  address: ServerAddress,
  tls: ConnectionOptions | undefined,
  events: TransportEvents,
): Transport {
  const socket = tls ? openTls(address, tls, events) : openTcp(address, events)
  let error: Error | undefined
  socket.on('error', (cause) => {
    error ??= cause
  })
  socket.once('close', () => events.closed(error))
  return {
    isDrained: () => socket.writableLength === 0,
    write: (bytes) => void socket.write(bytes),
    destroy: () => socket.destroy(),
  }
}

function openTcp({ host, port }: ServerAddress, events: TransportEvents): Socket {
  const buffer = Buffer.allocUnsafeSlow(readBufferSize)
  const callback = (length: number): boolean => {
    events.data(buffer.subarray(0, length))
    return true
  }
  const socket = connectTcp({ host, port, noDelay: true, onread: { buffer, callback } })
  socket.once('connect', events.opened)
  return socket
}

function openTls({ host, port }: ServerAddress, tls: ConnectionOptions, events: TransportEvents): Socket {
  const socket = connectTls({ ...(isIP(host) === 0 ? { servername: host } : {}), ...tls, host, port })
  socket.setNoDelay(true)
  socket.once('secureConnect', events.opened)
  socket.on('data', events.data)
  return socket
}
