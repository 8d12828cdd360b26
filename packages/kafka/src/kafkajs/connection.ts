import type { Socket } from 'node:net'
import type { WireRequest } from '../protocol/wire-request.ts'
import type { InnerConnection } from './inside.ts'

/** Where a TLS socket keeps the TCP socket that it runs on: only that one can be reset. */
export const carrierOf: unique symbol = Symbol('carrier')

type Layered = Socket & { readonly [carrierOf]?: Socket }

/**
 * Sends a request over one connected connection and returns the answer after its correlation id. kafkajs's own `send`
 * would copy the body twice and log.
 *
 *     size           int32
 *     apiKey         int16
 *     apiVersion     int16
 *     correlationId  int32
 *     clientId       string
 *     body
 */
export async function sendOver(
  connection: InnerConnection,
  request: Omit<WireRequest<unknown>, 'decode'>,
): Promise<Buffer> {
  if (!connection.isAuthenticated()) await connection.authenticate()
  // What is written to a socket that is gone is never answered, and kafkajs has stopped to look at the time.
  if (!isAlive(connection)) throw new Error('the connection was lost')
  const { apiKey, apiVersion, apiName, body, patience } = request
  const correlationId = connection.nextCorrelationId()
  const nameLength = Buffer.byteLength(connection.clientId)
  const header = Buffer.allocUnsafe(14 + nameLength)
  header.writeInt32BE(
    body.reduce((size, part) => size + part.length, header.length - 4),
    0,
  )
  header.writeInt16BE(apiKey, 4)
  header.writeInt16BE(apiVersion, 6)
  header.writeInt32BE(correlationId, 8)
  header.writeInt16BE(nameLength, 12)
  header.write(connection.clientId, 14)
  const answer = await new Promise<{ readonly payload: Buffer }>((resolve, reject) => {
    connection.requestQueue.push({
      entry: { apiKey, apiName, apiVersion, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout: patience === undefined ? null : connection.requestTimeout + patience,
      sendRequest: () => {
        const socket = connection.socket as Socket
        if (body.length === 1) return void socket.write(Buffer.concat([header, ...body]))
        socket.cork()
        socket.write(header)
        for (const part of body) socket.write(part)
        socket.uncork()
      },
    })
  })
  return answer.payload
}

/**
 * Whether requests can be sent. kafkajs takes a connection for connected while it disconnects, also when the broker has
 * ended it: a request would be sent then, and never be answered.
 */
export function isAlive(connection: InnerConnection): boolean {
  const { socket } = connection
  return connection.isConnected() && socket !== undefined && !socket.destroyed && !socket.readableEnded
}

/** Opens the next socket of a connection. */
export async function connectAnew(connection: InnerConnection): Promise<void> {
  // Late events of the last socket would be taken for those of the new one.
  connection.socket?.destroy()
  if (connection.isConnected()) {
    connection.rejectRequests(new Error('the connection was lost'))
    await connection.disconnect()
  }
  try {
    await connection.connect()
  } catch (error) {
    dropConnection(connection, error as Error)
    throw error
  }
}

/** Ends what is left of a connection that failed by itself. */
export function dropConnection(connection: InnerConnection, error: Error): void {
  connection.socket?.destroy()
  resetConnection(connection, error)
}

/** Resets a connection: what the broker has not read yet is dropped, and all waiting requests are rejected. */
export function resetConnection(connection: InnerConnection, error: Error): void {
  const { socket } = connection
  if (socket && !socket.destroyed) {
    const carrier = (socket as Layered)[carrierOf] ?? socket
    // Reset after its end, as when kafkajs disconnects, a socket never closes, and its process never ends.
    if (carrier.connecting || carrier.writableEnded) carrier.destroy()
    else carrier.resetAndDestroy()
    // Without an error kafkajs would wait for a socket that is connecting until its time is over.
    socket.destroy(connection.isConnected() ? undefined : error)
  }
  connection.rejectRequests(error)
  // Only the flags of kafkajs are left to set; it ends a socket that is gone already.
  void connection.disconnect().catch(() => {})
}
