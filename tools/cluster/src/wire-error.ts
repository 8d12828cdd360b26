import { isRingkeeperError, messageOf, RingkeeperError } from '@ringkeeper/core'

/** An error on its way between processes. */
export interface WireError {
  readonly code?: string
  readonly message: string
  readonly data?: object
}

export function toWire(thrown: unknown): WireError {
  const message = messageOf(thrown)
  return isRingkeeperError(thrown) ? { code: thrown.code, message, data: thrown.data } : { message }
}

export function fromWire({ code, message, data }: WireError): Error {
  return code === undefined ? new Error(message) : new RingkeeperError(code, message, data ?? {})
}
