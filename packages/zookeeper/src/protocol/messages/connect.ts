import type { JuteReader } from '../jute-reader.ts'
import type { JuteWriter } from '../jute-writer.ts'

/** The credentials of a session: whoever has them can resume it. */
export interface SessionCredentials {
  /** 0n asks for a new session. */
  readonly sessionId: bigint
  readonly password: Uint8Array
}

/** What a client says first. */
export interface ConnectRequest extends SessionCredentials {
  /** A server that has seen less refuses the connection, so that the client never moves back in time. */
  readonly lastZxid: bigint
  /** Milliseconds. */
  readonly sessionTimeout: number
}

/** What a server answers. */
export interface ConnectReply extends SessionCredentials {
  /** The negotiated timeout in milliseconds; 0 when the session has expired. */
  readonly sessionTimeout: number
}

/** The password of a session that does not exist yet. */
export const noPassword: Uint8Array = new Uint8Array(16)

/**
 * ```
 * int protocolVersion = 0, long lastZxidSeen, int timeout, long sessionId, buffer password, bool readOnly
 * ```
 */
export function writeConnectRequest(writer: JuteWriter, request: ConnectRequest): void {
  writer.int(0)
  writer.long(request.lastZxid)
  writer.int(request.sessionTimeout)
  writer.long(request.sessionId)
  writer.buffer(request.password)
  writer.bool(false)
}

/**
 * ```
 * int protocolVersion, int timeout, long sessionId, buffer password, bool readOnly (absent before 3.4)
 * ```
 */
export function readConnectReply(reader: JuteReader): ConnectReply {
  reader.int()
  const sessionTimeout = reader.int()
  const sessionId = reader.long()
  const password = reader.buffer()
  return { sessionTimeout, sessionId, password }
}
