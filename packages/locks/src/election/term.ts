import type { CallOptions, HoldState, MultiResult, Operation } from '@ringkeeper/core'

/** The time for which a participant is the leader: a held thing. */
export interface Term extends AsyncDisposable {
  /** The participant's own id. */
  readonly id: string
  /** The participant's node in the election: check it in a multi, or use {@link guarded}. */
  readonly node: string
  /** Grows with every term of the tree: a resource that remembers the highest one can refuse a former leader. */
  readonly token: bigint
  /** Aborts when the term ends, with `RK_CORE_HOLD_LOST` or, after {@link resign}, `RK_LOCKS_RELEASED`. */
  readonly signal: AbortSignal
  /** `uncertain` while the session is away; `lost` for ever. */
  readonly state: HoldState
  /** On the monotonic clock, in milliseconds: until then no other participant can be the leader. */
  readonly deadline: number
  /** Reads the clock, so it is right also just after the event loop was stalled. @throws unless the state is `held`. */
  readonly assertHeld: () => void
  /**
   * Applies operations only if this term still stands, by the servers' own judgement: the one write that no former
   * leader can make. Indexes of results and errors are those of `operations`.
   *
   * @throws `RK_CORE_HOLD_LOST` when the term has ended.
   */
  readonly guarded: (operations: readonly Operation[], options?: CallOptions) => Promise<MultiResult>
  /** Ends the term; resolves when the next participant can lead, or the node is deleted in the background. Never rejects. */
  readonly resign: () => Promise<void>
}
