import { defineErrors, type DefinedErrors, type RingkeeperError } from '../errors.ts'

/** `path`, and for a failed multi the index of the operation that failed. */
interface At {
  readonly path: string
  readonly index?: number
}

const at = ({ path, index }: At): string => (index === undefined ? path : `${path} (operation ${index} of the multi)`)

const table = {
  NO_NODE: (data: At): string => `there is no node ${at(data)}`,
  NODE_EXISTS: (data: At): string => `the node ${at(data)} exists already`,
  BAD_VERSION: (data: At): string => `the node ${at(data)} has another version than the one asked for; read it again`,
  NOT_EMPTY: (data: At): string => `the node ${at(data)} has children; delete them first`,
  NO_CHILDREN_FOR_EPHEMERALS: (data: At): string => `the parent of ${at(data)} is ephemeral and cannot have children`,
  NO_AUTH: (data: At): string =>
    `this session may not do that with ${at(data)}; add an identity that its access list names`,
  INVALID_ACL: (data: At): string => `the access list given for ${at(data)} is empty or not understood by the server`,
  INVALID_PATH: (data: { readonly path: string; readonly reason: string }): string =>
    `${JSON.stringify(data.path)} is not a path of a node: ${data.reason}`,
  TOO_LARGE: (data: { readonly path: string; readonly bytes: number; readonly limit: number }): string =>
    `the request for ${data.path} has ${data.bytes} bytes and the limit is ${data.limit}; store less in one node`,
  CONNECTION_LOSS: (data: { readonly operation: string; readonly outcome: 'unknown' | 'not-sent' }): string =>
    data.outcome === 'not-sent'
      ? `${data.operation} was not sent: there is no connection`
      : `the connection was lost before the answer to ${data.operation} came; it may have been applied`,
  SESSION_EXPIRED: (data: { readonly operation: string }): string =>
    `${data.operation} failed: the session has expired; connect again for a new one`,
  CLOSED: (data: { readonly operation: string }): string => `${data.operation} failed: the session was closed here`,
  CONNECT_TIMEOUT: (data: { readonly servers: string; readonly timeout: number }): string =>
    `no server of ${data.servers} gave a session within ${data.timeout} ms; check the address, or raise the timeout (of a pipeline: worker.startTimeout)`,
  AUTH_FAILED: (data: { readonly scheme: string }): string => `the server refused the ${data.scheme} identity`,
  UNSUPPORTED: (data: { readonly feature: string; readonly backend: string; readonly instead: string }): string =>
    `${data.backend} has no ${data.feature}; ${data.instead}`,
  HOLD_LOST: (data: { readonly path: string; readonly reason: string }): string =>
    `what ${data.path} stood for is no longer held: ${data.reason}`,
  SESSION_TIMEOUT_TOO_SHORT: (data: { readonly sessionTimeout: number; readonly serverTick: number }): string =>
    `a session timeout of ${data.sessionTimeout} ms is below two ticks of the server (${data.serverTick} ms each); raise sessionTimeout, or set serverTick to the server's tickTime`,
}

/** Errors that every coordinator can throw; the codes begin with `RK_CORE_`. */
export const coordinatorErrors: DefinedErrors<'RK_CORE_', typeof table> = defineErrors('RK_CORE_', table)

/** The same coordinator error, about the operation at `index` of a multi. */
export function atOperation(error: RingkeeperError, index: number): RingkeeperError {
  const name = error.code.slice('RK_CORE_'.length) as keyof typeof coordinatorErrors
  const make = coordinatorErrors[name] as ((data: object, options: object) => RingkeeperError) | undefined
  const options = error.cause === undefined ? {} : { cause: error.cause }
  return make ? make({ ...error.data, index }, options) : error
}
