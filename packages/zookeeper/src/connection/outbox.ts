import { JuteWriter } from '../protocol/jute-writer.ts'
import type { Transport } from './transport.ts'

/**
 * Collects the requests of one turn of the event loop in one buffer and sends them together. `process.nextTick` runs
 * when all promise continuations of the turn have run, so the requests that replies give rise to leave in one packet.
 */
export class Outbox {
  readonly writer: JuteWriter = new JuteWriter()
  readonly #transport: Transport
  readonly #onFlush: () => void
  #isScheduled = false
  #isStopped = false
  /** Whether the bytes written last were not taken at once. */
  #isSlow = false

  constructor(transport: Transport, onFlush: () => void) {
    this.#transport = transport
    this.#onFlush = onFlush
  }

  /** To be called after each frame written. */
  schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    process.nextTick(() => {
      this.#isScheduled = false
      this.flush()
    })
  }

  /** Sends what is there. */
  flush(): void {
    if (this.writer.length === 0 || this.#isStopped) return
    this.#write(this.writer.written())
    this.#onFlush()
  }

  /** What was not flushed is never sent. */
  stop(): void {
    this.#isStopped = true
  }

  #write(bytes: Buffer): void {
    const transport = this.#transport
    // Where the system does not keep up, as under TLS, an exact copy costs less than giving a large buffer away.
    if (this.#isSlow) {
      transport.write(Buffer.from(bytes))
      this.#isSlow = !transport.isDrained()
      return this.writer.reset()
    }
    transport.write(bytes)
    this.#isSlow = !transport.isDrained()
    if (this.#isSlow) this.writer.detach()
    else this.writer.reset()
  }
}
