import type { Ports } from '@ringkeeper/core'
import type { ConnectionSettings } from '../connection/connection.ts'
import type { ServerAddress } from '../connection/server-address.ts'
import type { Chroot } from '../path.ts'
import type { Identity } from '../protocol/messages/auth.ts'
import type { ConnectorSettings } from './connector.ts'
import type { UnclosedSession } from './farewell.ts'

/** Everything a session needs to know. */
export interface SessionSettings extends Ports, ConnectionSettings, ConnectorSettings {
  readonly servers: readonly ServerAddress[]
  /** For messages. */
  readonly connect: string
  readonly chroot: Chroot
  /** Milliseconds; what to ask for. */
  readonly sessionTimeout: number
  readonly serverTick: number
  readonly identities: readonly Identity[]
  /** Takes over a session that could not be closed in time. */
  readonly leaveUnclosed: (session: UnclosedSession) => void
}
