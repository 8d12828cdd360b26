import { specialXid } from '../protocol/opcode.ts'
import { readReplyHeader, type ReplyHeader } from '../protocol/messages/reply-header.ts'
import { FrameReader, type Frame } from './frame-reader.ts'

/** A message of the server; the frame is valid until the handler returns. */
export interface Message extends Frame {
  readonly header: ReplyHeader
}

/**
 * Reads messages and passes them on in order.
 *
 * Between replies and notifications, in either direction, the promise continuations of what came first run before the
 * next message is passed on: a caller must not see an event before the reply that preceded it, nor the other way round.
 */
export class Inbox {
  readonly #frames: FrameReader
  readonly #handle: (message: Message) => void
  readonly #fail: (error: Error) => void
  /** What the last message of this turn was. */
  #lastKind: 'reply' | 'notification' | undefined
  #isDeferred = false
  #isStopped = false

  constructor(maxReplyBytes: number, handle: (message: Message) => void, fail: (error: Error) => void) {
    this.#frames = new FrameReader(maxReplyBytes)
    this.#handle = handle
    this.#fail = fail
  }

  receive(chunk: Buffer): void {
    this.#frames.push(chunk)
    if (this.#isDeferred) this.#frames.keep()
    else this.#read(undefined)
  }

  /** Passes nothing on any more. */
  stop(): void {
    this.#isStopped = true
  }

  #read(deferred: Message | undefined): void {
    try {
      for (let message = deferred ?? this.#next(); message && !this.#isStopped; message = this.#next()) {
        const kind = message.header.xid === specialXid.notification ? 'notification' : 'reply'
        if (this.#lastKind !== undefined && kind !== this.#lastKind) return this.#defer(message)
        this.#lastKind = kind
        this.#handle(message)
      }
      this.#lastKind = undefined
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #next(): Message | undefined {
    const frame = this.#frames.next()
    return frame && { header: readReplyHeader(frame.reader), reader: frame.reader, oversize: frame.oversize }
  }

  #defer(message: Message): void {
    this.#isDeferred = true
    this.#lastKind = undefined
    this.#frames.keep()
    // A tick that is scheduled from a microtask runs when no microtask is left, and before the socket is read again.
    queueMicrotask(() =>
      process.nextTick(() => {
        this.#isDeferred = false
        this.#read(message)
      }),
    )
  }
}
