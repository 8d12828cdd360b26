import type { JuteReader } from '../jute-reader.ts'

/**
 * Begins every frame of the server after the handshake.
 *
 * ```
 * int xid      the request's, or a special one
 * long zxid    of a write: its own transaction; of a read: the last one that the server has applied
 * int error    0 when all is well
 * ```
 */
export interface ReplyHeader {
  readonly xid: number
  readonly zxid: bigint
  readonly error: number
}

/** Size of the header in bytes. */
export const replyHeaderSize = 16

export function readReplyHeader(reader: JuteReader): ReplyHeader {
  return { xid: reader.int(), zxid: reader.long(), error: reader.int() }
}
