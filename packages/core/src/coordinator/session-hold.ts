import type { CallOptions } from './operations.ts'

/**
 * - `held`: safe until {@link SessionHold.deadline}
 * - `uncertain`: no connection, or not yet (or no longer) proved alive; start nothing that relies on it
 * - `lost`: for ever
 */
export type HoldState = 'held' | 'uncertain' | 'lost'

/** How a hold behaves. */
export interface HoldOptions {
  /**
   * Whether the node is deleted in the background when the hold is lost while the session may live on: otherwise
   * the session's heartbeats would keep the node, and whoever waits for it would wait for ever. Default true. Set to
   * false only for a node whose name is used again, where a late delete would hit the successor.
   */
  readonly discardWhenLost?: boolean
}

/**
 * Knows until when something that stands on an ephemeral node is safely held. The deadline is earlier than any moment
 * at which the server can expire the session. Timers do not fire while the event loop is stalled, so ask at use:
 * {@link assertHeld} reads the clock.
 *
 * Disposing a hold ends the watch over the node: its state is `lost` from then on, but its signal does not abort, and
 * the node is not deleted.
 */
export interface SessionHold extends Disposable {
  readonly node: string
  /** The session that created the node. */
  readonly sessionId: bigint
  readonly state: HoldState
  /** On the monotonic clock, in milliseconds; moves forward with every heartbeat. */
  readonly deadline: number
  /**
   * Whether nobody else can hold it at this moment, connected or not; reads the clock. Differs from the state `held` while
   * the session reconnects before the deadline: work under way may go on, nothing that outlasts the deadline may start.
   */
  readonly isSafe: boolean
  /** Aborts with `RK_CORE_HOLD_LOST` when the hold is lost. */
  readonly signal: AbortSignal
  /** The state now and at each change, coalesced; ends after `lost` and when disposed. */
  states: (options?: CallOptions) => AsyncIterable<HoldState>
  /** @throws `RK_CORE_HOLD_LOST` unless the state is `held` at this moment. */
  assertHeld: () => void
  /** Ends the hold as lost, because its node was seen to be gone. */
  nodeGone: () => void
}
