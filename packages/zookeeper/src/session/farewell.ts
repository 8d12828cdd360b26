import { Connection, type ConnectionSettings } from '../connection/connection.ts'
import { connectionLoss } from '../connection/call.ts'
import { closeSessionRequest } from '../protocol/messages/close-session.ts'
import type { SessionCredentials } from '../protocol/messages/connect.ts'
import { connectToAny, type ConnectorSettings } from './connector.ts'
import type { HostList } from './host-list.ts'

/** A session that was closed here while no server could be told. */
export interface UnclosedSession extends SessionCredentials {
  /** Milliseconds. */
  readonly sessionTimeout: number
}

/** Sends the request that ends the session; resolves when the server has ended it. */
export function closeSessionOn(connection: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.submitAhead({ request: closeSessionRequest, resolve, reject })
  })
}

/**
 * Resumes a session only to close it, so that its nodes do not stand in the way of a successor for a whole session
 * timeout. Tries until it is closed or a server says that it has expired.
 *
 * @throws the signal's reason.
 */
export async function sayFarewell(
  session: UnclosedSession,
  hosts: HostList,
  settings: ConnectorSettings & ConnectionSettings,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const established = await connectToAny(hosts, { ...session, lastZxid: 0n }, settings, signal, false)
    if (established.reply.sessionTimeout === 0) return established.transport.destroy()
    const events = { event: () => {}, lost: () => {} }
    const connection = new Connection(established, 0n, session.sessionTimeout, settings, events)
    const abort = (): void => connection.destroy((request) => connectionLoss(request, 'unknown'))
    signal.addEventListener('abort', abort, { once: true })
    try {
      await closeSessionOn(connection)
      return
    } catch (error) {
      signal.throwIfAborted()
      hosts.failed(error)
    } finally {
      signal.removeEventListener('abort', abort)
      connection.destroy((request) => connectionLoss(request, 'unknown'))
    }
  }
}
