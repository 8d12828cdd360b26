import { coordinatorErrors, isRingkeeperError, type Logger } from '@ringkeeper/core'
import type { Connection } from '../connection/connection.ts'
import { opcode, specialXid } from '../protocol/opcode.ts'
import { writeAuth, type Identity } from '../protocol/messages/auth.ts'
import { nothing, type Request } from '../protocol/request.ts'

/** The request that adds an identity to a connection. Its credentials appear in no message. */
export function authRequest(identity: Identity): Request<void> {
  return {
    opcode: opcode.auth,
    name: 'addAuth',
    path: identity.scheme,
    write: (writer) => writeAuth(writer, identity),
    read: nothing,
    readError: () => coordinatorErrors.AUTH_FAILED({ scheme: identity.scheme }),
  }
}

/** The identities of a session: the server knows them by connection, so each new one is told again. */
export class Identities {
  readonly #logger: Logger
  #identities: readonly Identity[]

  constructor(identities: readonly Identity[], logger: Logger) {
    this.#identities = identities
    this.#logger = logger
  }

  /** Tells a new connection all identities; resolves when the server has taken them. */
  async offer(connection: Connection): Promise<void> {
    const replies = this.#identities.map(async (identity) => {
      try {
        await send(connection, identity, () => {})
      } catch (error) {
        this.#refused(identity, error)
        throw error
      }
    })
    await Promise.all(replies)
  }

  /** Adds an identity; it is kept when the server has taken it. */
  add(connection: Connection, identity: Identity): Promise<void> {
    return send(connection, identity, () => {
      const isSame = (other: Identity): boolean =>
        other.scheme === identity.scheme && other.credentials === identity.credentials
      if (!this.#identities.some(isSame)) this.#identities = [...this.#identities, identity]
    })
  }

  /** A server that refuses an identity closes the connection; offering it again would go on for ever. */
  #refused(identity: Identity, error: unknown): void {
    if (!isRingkeeperError(error, 'RK_CORE_AUTH_FAILED')) return
    this.#identities = this.#identities.filter((other) => other !== identity)
    this.#logger.error('the server refused an identity; the session goes on without it', { scheme: identity.scheme })
  }
}

function send(connection: Connection, identity: Identity, onReply: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.submitSpecial(specialXid.auth, { request: authRequest(identity), resolve, reject, onReply })
  })
}
