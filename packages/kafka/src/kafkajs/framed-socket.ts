import { createConnection, type Socket } from 'node:net'
import { kafkaErrors } from '../errors.ts'
import type { FramePool } from './frame-pool.ts'

/** Bytes read at once while it is not known how long the next answer is. */
const SCRATCH = 32 * 1024
const LENGTH = 4

/** Nothing that Kafka answers is longer; other servers' first bytes, taken for a length, mostly are. */
const LONGEST = 256 * 1024 * 1024

/**
 * Cuts the answers of a broker, each a length (int32) and so many bytes, out of what a socket reads. The rest of a long
 * answer is read straight to where it stays: {@link target} says where the next bytes go.
 */
export class FrameCutter {
  readonly #emit: (frame: Buffer) => void
  readonly #allocate: (size: number) => Buffer
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH)
  #scratchFilled = 0
  #frame: Buffer | undefined
  #frameFilled = 0

  /**
   * @param emit - gets each answer with its length in front, in a buffer of its own.
   * @param allocate - makes these buffers.
   */
  constructor(emit: (frame: Buffer) => void, allocate = (size: number): Buffer => Buffer.allocUnsafeSlow(size)) {
    this.#emit = emit
    this.#allocate = allocate
  }

  /** Where the next bytes are to be written. */
  target(): Buffer {
    return this.#frame ? this.#frame.subarray(this.#frameFilled) : this.#scratch.subarray(this.#scratchFilled)
  }

  /**
   * Says that so many bytes were written to {@link target}.
   *
   * @throws `RK_KAFKA_BAD_RESPONSE` for what is no answer of Kafka.
   */
  filled(count: number): void {
    if (this.#frame) {
      this.#frameFilled += count
      this.#finishFrame()
      return
    }
    const end = this.#scratchFilled + count
    let at = 0
    while (end - at >= LENGTH) {
      const length = this.#scratch.readInt32BE(at)
      if (length < 4 || length > LONGEST) {
        throw kafkaErrors.BAD_RESPONSE({
          request: 'a request',
          reason: `its length is ${length}; is this Kafka without TLS?`,
        })
      }
      const size = LENGTH + length
      const available = Math.min(size, end - at)
      this.#frame = this.#allocate(size)
      this.#scratch.copy(this.#frame, 0, at, at + available)
      this.#frameFilled = available
      at += available
      this.#finishFrame()
    }
    this.#scratch.copyWithin(0, at, end)
    this.#scratchFilled = end - at
  }

  #finishFrame(): void {
    const frame = this.#frame as Buffer
    if (this.#frameFilled < frame.length) return
    this.#frame = undefined
    this.#frameFilled = 0
    this.#emit(frame)
  }
}

/**
 * Connects a socket whose `data` events each carry one whole answer. Against the usual events this saves two copies of
 * everything that is fetched.
 */
export function connectFramed(
  address: { readonly host: string; readonly port: number },
  frames: Pick<FramePool, 'take'>,
): Socket {
  const cutter = new FrameCutter(
    (frame) => socket.emit('data', frame),
    (size) => frames.take(size),
  )
  const socket = createConnection({
    ...address,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    onread: {
      buffer: () => cutter.target(),
      callback: (count) => {
        try {
          cutter.filled(count)
        } catch (error) {
          socket.destroy(error as Error)
        }
        return true
      },
    },
  })
  return socket
}
