import { coordinatorErrors } from '@ringkeeper/core'
import { opcode } from '../protocol/opcode.ts'
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
