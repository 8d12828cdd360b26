import type { RingkeeperError } from '@ringkeeper/core'
import type { JuteReader } from './jute-reader.ts'
import type { JuteWriter } from './jute-writer.ts'
import type { ReplyHeader } from './messages/reply-header.ts'
import { serverError } from './server-error.ts'

/**
 * One request and how its reply is read.
 *
 * ```
 * int    length of the rest
 * int    xid      counts requests; the reply repeats it
 * int    opcode
 * ...    body
 * ```
 */
export interface Request<Result> {
  readonly opcode: number
  /** For messages, such as `getData`. */
  readonly name: string
  /** The caller's path, for messages. */
  readonly path: string
  readonly write: (writer: JuteWriter) => void
  /** Reads the body of a reply without error. */
  readonly read: (reader: JuteReader, header: ReplyHeader) => Result
  /** What an error stands for, where it is not just thrown; `undefined` leaves it to {@link serverError}. */
  readonly readError?: (
    header: ReplyHeader,
    reader: JuteReader,
  ) => { readonly result: Result } | RingkeeperError | undefined
}

/** The text that names a request in messages. */
export function describe(request: Pick<Request<unknown>, 'name' | 'path'>): string {
  return request.path === '' ? request.name : `${request.name} ${request.path}`
}

/** The result of a reply; throws the error that it carries. */
export function readReply<Result>(request: Request<Result>, header: ReplyHeader, reader: JuteReader): Result {
  if (header.error === 0) return request.read(reader, header)
  const outcome = request.readError?.(header, reader)
  if (outcome === undefined) throw serverError(header.error, request)
  if ('result' in outcome) return outcome.result
  throw outcome
}

/** For requests without a body, and replies without one. */
export const nothing = (): void => {}
