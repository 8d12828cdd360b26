import { isRingkeeperError, messageOf, sleep, type Logger, type Timers } from '@ringkeeper/core'
import { shakeHands, type Established, type HandshakeSettings } from '../connection/handshake.ts'
import { formatAddress } from '../connection/server-address.ts'
import type { ConnectRequest } from '../protocol/messages/connect.ts'
import type { HostList } from './host-list.ts'

/** What finding a server needs. */
export interface ConnectorSettings extends HandshakeSettings {
  readonly timers: Timers
  readonly logger: Logger
}

/**
 * Tries one server after the other until one answers the handshake.
 *
 * @param request - asked for anew before every attempt.
 * @param failsForGood - whether to give up when all servers in turn have failed in a way that trying again does not cure.
 * @throws the signal's reason; with `failsForGood`, the error of the last server.
 */
export async function connectToAny(
  hosts: HostList,
  request: ConnectRequest,
  settings: ConnectorSettings,
  signal: AbortSignal,
  failsForGood: boolean,
): Promise<Established> {
  // Long enough for a server under load, short enough to try another one before the session expires.
  const timeout = request.sessionTimeout / Math.max(3, hosts.size + 1)
  for (let hopeless = 0; ;) {
    if (hosts.delay > 0) await sleep(hosts.delay, settings.timers, signal)
    const address = hosts.next()
    try {
      return await shakeHands(address, request, settings, timeout, signal)
    } catch (error) {
      signal.throwIfAborted()
      hosts.failed(error)
      const { failures, isNews } = hosts
      const data = { server: formatAddress(address), failures, error: messageOf(error) }
      settings.logger[isNews ? 'warn' : 'debug']('a server gives no session', data)
      hopeless = isHopeless(error) ? hopeless + 1 : 0
      if (failsForGood && hopeless >= hosts.size) throw error
    }
  }
}

function isHopeless(error: unknown): boolean {
  return isRingkeeperError(error, 'RK_ZOOKEEPER_BAD_HANDSHAKE') || isRingkeeperError(error, 'RK_ZOOKEEPER_TLS_REFUSED')
}
