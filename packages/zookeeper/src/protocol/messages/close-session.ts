import { opcode } from '../opcode.ts'
import { nothing, type Request } from '../request.ts'

/** No body in either direction; the server closes the connection after its reply. */
export const closeSessionRequest: Request<void> = {
  opcode: opcode.closeSession,
  name: 'closeSession',
  path: '',
  write: nothing,
  read: nothing,
}
