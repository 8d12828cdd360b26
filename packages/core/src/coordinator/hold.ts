import { Latest } from '../latest.ts'
import { coordinatorErrors } from './errors.ts'
import type { SessionHeartbeat } from './session-heartbeat.ts'
import type { HoldOptions, HoldState, SessionHold } from './session-hold.ts'

/** The hold that {@link SessionHeartbeat} gives out. */
export class Hold implements SessionHold {
  readonly node: string
  readonly sessionId: bigint
  readonly #heartbeat: SessionHeartbeat
  readonly #discardWhenLost: boolean
  readonly #state = new Latest<HoldState>('uncertain')
  readonly #controller = new AbortController()
  /** A hold that was never proved is not lost when an old deadline passes. */
  #wasHeld = false

  constructor(node: string, sessionId: bigint, heartbeat: SessionHeartbeat, options: HoldOptions) {
    this.node = node
    this.sessionId = sessionId
    this.#heartbeat = heartbeat
    this.#discardWhenLost = options.discardWhenLost ?? true
  }

  get state(): HoldState {
    this.#heartbeat.refresh()
    return this.#state.value
  }

  get deadline(): number {
    return this.#heartbeat.deadline
  }

  get isSafe(): boolean {
    return this.state !== 'lost' && this.#wasHeld && this.#heartbeat.isSafe
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  states(options: { readonly signal?: AbortSignal | undefined } = {}): AsyncIterable<HoldState> {
    return this.#state.values(options)
  }

  assertHeld(): void {
    const state = this.state
    if (state === 'held') return
    this.signal.throwIfAborted()
    const reason = state === 'lost' ? 'it was given up here' : 'the session is not proved alive at this moment'
    throw coordinatorErrors.HOLD_LOST({ path: this.node, reason })
  }

  nodeGone(): void {
    this.lose('its node is gone', false)
  }

  /** Called by the heartbeat: whether the session is proved alive, and whether its deadline is still ahead. */
  update(isProven: boolean, isSafe: boolean): void {
    if (this.#state.value === 'lost') return
    if (!isSafe && this.#wasHeld)
      return this.lose('its deadline passed before the session was proved alive again', true)
    const next = isProven ? 'held' : 'uncertain'
    this.#wasHeld ||= isProven
    if (next !== this.#state.value) this.#state.set(next)
  }

  /** Ends the hold for ever; `sessionMayLive` says that its node may stay behind. */
  lose(reason: string, sessionMayLive: boolean): void {
    if (this.#state.value === 'lost') return
    this.#state.set('lost')
    this.#state.close()
    this.#heartbeat.release(this)
    if (sessionMayLive && this.#discardWhenLost) this.#heartbeat.discard(this.node)
    this.#controller.abort(coordinatorErrors.HOLD_LOST({ path: this.node, reason }))
  }

  [Symbol.dispose](): void {
    this.#heartbeat.release(this)
    // Nobody watches over it from now on.
    this.#state.set('lost')
    this.#state.close()
  }
}
