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
    if (this.writer.length === 0) return
    if (this.#transport.write(this.writer.written())) this.writer.reset()
    else this.writer.detach()
    this.#onFlush()
  }
}
