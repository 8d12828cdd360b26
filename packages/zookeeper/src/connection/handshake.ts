import { deferred, type Clock, type Timers } from '@ringkeeper/core'
import type { ConnectionOptions } from 'node:tls'
import { zookeeperErrors } from '../errors.ts'
import { JuteReader } from '../protocol/jute-reader.ts'
import { JuteWriter } from '../protocol/jute-writer.ts'
import {
  readConnectReply,
  writeConnectRequest,
  type ConnectReply,
  type ConnectRequest,
} from '../protocol/messages/connect.ts'
import { formatAddress, type ServerAddress } from './server-address.ts'
import { isTlsRefusal } from './tls-refusal.ts'
import { openTransport, type Transport, type TransportEvents } from './transport.ts'

/** Frame lengths that a reply to the handshake can have, with room for future fields. */
const shortestReply = 36
const longestReply = 1024

/** A transport on which a server has answered the handshake. */
export interface Established {
  readonly address: ServerAddress
  readonly transport: Transport
  readonly reply: ConnectReply
  /** When the handshake was sent, on the monotonic clock. */
  readonly sentAt: number
  /** Hands over what the transport tells from now on. */
  readonly attach: (events: Omit<TransportEvents, 'opened'>) => void
}

/** What a handshake needs beside the server and the request. */
export interface HandshakeSettings {
  readonly tls: ConnectionOptions | undefined
  readonly clock: Clock
  readonly timers: Timers
}

/**
 * Connects to a server and exchanges the first messages.
 *
 * @param timeout - milliseconds for all of it.
 * @throws `RK_ZOOKEEPER_DISCONNECTED`, `RK_ZOOKEEPER_SERVER_SILENT`, `RK_ZOOKEEPER_TLS_REFUSED` or
 * `RK_ZOOKEEPER_BAD_HANDSHAKE`; the signal's reason.
 */
export async function shakeHands(
  address: ServerAddress,
  request: ConnectRequest,
  settings: HandshakeSettings,
  timeout: number,
  signal: AbortSignal,
): Promise<Established> {
  signal.throwIfAborted()
  const server = formatAddress(address)
  const answer = deferred<{ reply: ConnectReply; sentAt: number }>()
  let received = Buffer.alloc(0)
  let sentAt = 0
  const handlers: { current: Omit<TransportEvents, 'opened'> } = {
    current: {
      data: (chunk) => {
        received = Buffer.concat([received, chunk])
        try {
          const reply = parseReply(received, request, server)
          if (reply) answer.resolve({ reply, sentAt })
        } catch (error) {
          answer.reject(error)
        }
      },
      closed: (cause) => {
        const reason = cause?.message || 'the server closed the connection'
        const kind = settings.tls && isTlsRefusal(cause) ? 'TLS_REFUSED' : 'DISCONNECTED'
        answer.reject(zookeeperErrors[kind]({ server, reason }, { cause }))
      },
    },
  }
  const transport = openTransport(address, settings.tls, {
    opened: () => {
      sentAt = settings.clock.monotonic()
      transport.write(encodeRequest(request))
    },
    data: (chunk) => handlers.current.data(chunk),
    closed: (error) => handlers.current.closed(error),
  })
  const silence = (): void => answer.reject(zookeeperErrors.SERVER_SILENT({ server, silence: timeout }))
  // The answer may lie unread after a stall of the event loop: poll once more first.
  const cancelTimer = settings.timers.set(timeout, () => void setImmediate(silence))
  const abort = (): void => answer.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    const attach = (events: Omit<TransportEvents, 'opened'>): void => void (handlers.current = events)
    return { address, transport, attach, ...(await answer.promise) }
  } catch (error) {
    transport.destroy()
    throw error
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', abort)
  }
}

function encodeRequest(request: ConnectRequest): Buffer {
  const writer = new JuteWriter(64)
  writer.startFrame()
  writeConnectRequest(writer, request)
  writer.endFrame()
  return writer.written()
}

/** @returns `undefined` when more bytes are to come. */
function parseReply(received: Buffer, request: ConnectRequest, server: string): ConnectReply | undefined {
  if (received.length < 4) return undefined
  const length = received.readInt32BE(0)
  const refuse = (reason: string): Error => zookeeperErrors.BAD_HANDSHAKE({ server, reason })
  if (length < shortestReply || length > longestReply)
    throw refuse(`its answer begins with ${JSON.stringify(received.toString('latin1', 0, 16))}`)
  if (received.length < 4 + length) return undefined
  if (received.length > 4 + length) throw refuse('more bytes came than one answer has')
  const reply = readConnectReply(new JuteReader(received, 4, 4 + length, true))
  if (reply.sessionTimeout <= 0) return { ...reply, sessionTimeout: 0 }
  if (reply.sessionId === 0n || reply.password.length !== 16) throw refuse('the session it gives has no id or password')
  if (request.sessionId !== 0n && reply.sessionId !== request.sessionId) throw refuse('it resumed another session')
  return reply
}
