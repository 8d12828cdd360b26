import { coordinatorErrors, type RingkeeperError } from '@ringkeeper/core'
import { zookeeperErrors } from '../errors.ts'

/** The error numbers of replies (`KeeperException.Code` in the server) that this client acts on. */
export const serverErrorCode = {
  noNode: -101,
  authFailed: -115,
  sessionExpired: -112,
  sessionMoved: -118,
} as const

const names: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  [-2]: 'another operation of the multi failed',
  [-3]: 'data inconsistency',
  [-4]: 'connection loss',
  [-5]: 'marshalling error',
  [-6]: 'unimplemented',
  [-7]: 'operation timeout',
  [-8]: 'bad arguments',
  [-13]: 'new configuration has no quorum',
  [-14]: 'reconfiguration in progress',
  [-119]: 'read-only server',
  [-120]: 'ephemeral node on a local session',
  [-121]: 'no such watcher',
  [-122]: 'request timeout',
  [-123]: 'reconfiguration disabled',
  [-124]: 'session closed: SASL authentication required',
  [-125]: 'quota exceeded',
  [-127]: 'throttled',
}

/** What the failed request was, for the error's message and data. */
export interface FailedRequest {
  readonly name: string
  readonly path: string
  /** The place in the multi of the operation that failed. */
  readonly index?: number
}

/** The error that stands for a reply's error number. */
export function serverError(error: number, { name, path, index }: FailedRequest): RingkeeperError {
  const at = index === undefined ? { path } : { path, index }
  const operation = `${name} ${path}`
  switch (error) {
    case serverErrorCode.noNode:
      return coordinatorErrors.NO_NODE(at)
    case -102:
      return coordinatorErrors.NO_AUTH(at)
    case -103:
      return coordinatorErrors.BAD_VERSION(at)
    case -108:
      return coordinatorErrors.NO_CHILDREN_FOR_EPHEMERALS(at)
    case -110:
      return coordinatorErrors.NODE_EXISTS(at)
    case -111:
      return coordinatorErrors.NOT_EMPTY(at)
    case serverErrorCode.sessionExpired:
      return coordinatorErrors.SESSION_EXPIRED({ operation })
    case -114:
      return coordinatorErrors.INVALID_ACL(at)
    case serverErrorCode.sessionMoved:
      // The session lives on another server now, so this one refused the request: it was not applied.
      return coordinatorErrors.CONNECTION_LOSS({ operation, outcome: 'not-sent' })
    default:
      return zookeeperErrors.SERVER_ERROR({ operation, error, name: names[error] ?? 'unknown error' })
  }
}
