import type { Socket } from 'node:net'
import type { Ports } from '@ringkeeper/core'
import { resetSocket } from './reset-socket.ts'

/** What is asked before each delivery, so that a change applies to connections that are already open. */
export interface HeldPipeRules {
  readonly ports: Ports
  readonly paused: () => boolean
  /** Milliseconds. */
  readonly delay: () => number
  readonly rewriteOpening: ((opening: Buffer) => Buffer | undefined) | undefined
}

type HeldEvent = Buffer | 'end' | 'reset'

// A paused link holds this many bytes; then the sender feels it, as with a full socket buffer.
const maxHeldBytes = 4 << 20

/** One direction of a proxied connection: forwards bytes, end and reset in order, later or not at all. */
export class HeldPipe {
  readonly #from: Socket
  readonly #to: Socket
  readonly #rules: HeldPipeRules
  readonly #held: { readonly event: HeldEvent; readonly due: number }[] = []
  #heldBytes = 0
  #opening: Buffer | undefined
  #ended = false
  #cancelTimer: (() => void) | undefined

  constructor(from: Socket, to: Socket, rules: HeldPipeRules) {
    this.#from = from
    this.#to = to
    this.#rules = rules
    if (rules.rewriteOpening) this.#opening = Buffer.alloc(0)
    from.on('data', (bytes: Buffer) => this.#receive(bytes))
    from.on('end', () => {
      if (this.#opening?.length) this.#hold(this.#opening)
      this.#hold('end')
    })
    from.on('error', () => {})
    from.on('close', () => {
      if (!this.#ended) this.#hold('reset')
    })
    to.on('drain', () => this.deliver())
    to.once('close', () => this.#cancelTimer?.())
  }

  /** Forwards what is due and not paused. */
  deliver(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    while (!this.#rules.paused() && !this.#to.writableNeedDrain) {
      const next = this.#held[0]
      if (next === undefined) break
      const wait = next.due - this.#rules.ports.clock.monotonic()
      if (wait > 0) {
        this.#cancelTimer = this.#rules.ports.timers.set(wait, () => this.deliver())
        break
      }
      this.#held.shift()
      this.#forward(next.event)
    }
    if (this.#heldBytes > maxHeldBytes) this.#from.pause()
    else if (this.#from.isPaused()) this.#from.resume()
  }

  #receive(bytes: Buffer): void {
    if (this.#opening === undefined) return this.#hold(bytes)
    this.#opening = Buffer.concat([this.#opening, bytes])
    const rewritten = this.#rules.rewriteOpening?.(this.#opening)
    if (rewritten === undefined) return
    this.#opening = undefined
    this.#hold(rewritten)
  }

  #hold(event: HeldEvent): void {
    if (typeof event === 'string') this.#ended = true
    else this.#heldBytes += event.length
    this.#held.push({ event, due: this.#rules.ports.clock.monotonic() + this.#rules.delay() })
    this.deliver()
  }

  #forward(event: HeldEvent): void {
    if (typeof event !== 'string') {
      this.#heldBytes -= event.length
      if (this.#to.writable) this.#to.write(event)
    } else if (event === 'end') this.#to.end()
    else resetSocket(this.#to)
  }
}
