import { deferred, shardKey, type Coordinator, type Fence, type SessionHold, type Shard } from '@ringkeeper/core'
import { streamingErrors } from '../errors.ts'
import type { GatheredMultis } from './gathered-multis.ts'
import type { PositionMirror } from './position-mirror.ts'
import type { ShardLease } from './shard-lease.ts'
import { sharedSignal } from './shared-signal.ts'

/** What an acquire has learned. */
export interface Acquired {
  readonly shard: Shard
  readonly nodeId: string
  /** The transaction that created the owner node. */
  readonly token: bigint
  /** Written to the owner's and the shard's node by this acquire and no other. */
  readonly nonce: string
  /** The shard node's version after the acquire. */
  readonly version: number
  readonly nextOffset: number | undefined
}

/** What leases stand on: a session, and the hold on the member node that the session created. */
export interface LeaseGround {
  readonly session: Coordinator
  readonly hold: SessionHold
  readonly mirror: PositionMirror
  /** For transactions that may share one with others of this session. */
  readonly multis: GatheredMultis
}

/**
 * A lease and what its release needs to know. It is bound to the session that made it: no other session ever acts on its
 * nodes, because the server would let it.
 */
export class HeldLease implements ShardLease {
  readonly shard: Shard
  readonly fence: Fence
  readonly nextOffset: number | undefined
  readonly nonce: string
  readonly session: Coordinator
  readonly multis: GatheredMultis
  /** The shard node's version: between acquire and release only the owner writes there. */
  version: number
  /** The position in the shard's node. */
  position: number | undefined
  readonly #hold: SessionHold
  readonly #mirror: PositionMirror
  readonly #controller = new AbortController()
  #isOver = false

  constructor(acquired: Acquired, ground: LeaseGround) {
    this.shard = acquired.shard
    this.fence = { worker: acquired.nodeId, token: acquired.token }
    this.nextOffset = acquired.nextOffset
    this.nonce = acquired.nonce
    this.version = acquired.version
    this.position = acquired.nextOffset
    this.session = ground.session
    this.multis = ground.multis
    this.#hold = ground.hold
    this.#mirror = ground.mirror
    if (this.#hold.signal.aborted) this.#holdLost()
    else sharedSignal(this.#hold.signal).addEventListener('abort', this.#holdLost)
  }

  get token(): bigint {
    return this.fence.token
  }

  get deadline(): number {
    return this.#hold.deadline
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Whether it is lost or being given back. */
  get isOver(): boolean {
    return this.#isOver
  }

  isHeld(): boolean {
    return !this.#isOver && this.#hold.isSafe
  }

  async whenHeld(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    options.signal?.throwIfAborted()
    this.signal.throwIfAborted()
    if (this.isHeld()) return
    const held = deferred()
    const either = options.signal ? AbortSignal.any([options.signal, this.signal]) : this.signal
    const stop = (): void => held.reject(either.reason)
    either.addEventListener('abort', stop, { once: true })
    void this.#resolveWhenHeld(held.resolve, either)
    await held.promise.finally(() => either.removeEventListener('abort', stop))
  }

  mirror(nextOffset: number): Promise<void> {
    return this.#mirror.put(this, nextOffset)
  }

  /** Resolves when no write to the shard's node is under way; none is begun after {@link end}. */
  settled(): Promise<void> {
    return this.#mirror.settled(this)
  }

  /** The lease is over, for ever and against our will. */
  lose(reason: string, cause?: unknown): void {
    if (this.#isOver) return
    this.end()
    this.#controller.abort(this.lost(reason, cause))
  }

  /** The error that says why the lease cannot be used. */
  lost(reason: string, cause?: unknown): Error {
    return streamingErrors.LEASE_LOST({ shard: shardKey(this.shard), token: String(this.token), reason }, { cause })
  }

  /** The lease is about to be given back. */
  end(): void {
    this.#isOver = true
    this.#hold.signal.removeEventListener('abort', this.#holdLost)
  }

  readonly #holdLost = (): void => {
    this.lose("the worker's session cannot be relied on any more", this.#hold.signal.reason)
  }

  async #resolveWhenHeld(resolve: () => void, signal: AbortSignal): Promise<void> {
    for await (const _ of this.#hold.states({ signal })) if (this.isHeld()) return resolve()
  }
}
