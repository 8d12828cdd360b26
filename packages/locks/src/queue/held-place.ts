import {
  atOperation,
  isRingkeeperError,
  type CallOptions,
  type Coordinator,
  type HoldState,
  type MultiResult,
  type Operation,
} from '@ringkeeper/core'
import { locksErrors } from '../errors.ts'
import type { QueuePlace } from './queue-place.ts'

/** Grants on one node leave room for local hand-offs in the token. */
const grantsPerNode = 65_536n

/** A place whose turn has come. */
export class HeldPlace {
  readonly node: string
  readonly token: bigint
  readonly #place: QueuePlace
  readonly #coordinator: Coordinator
  readonly #controller = new AbortController()
  #leaving: Promise<void> | undefined

  /** @param grant - the number of the local grant on this node. */
  constructor(coordinator: Coordinator, place: QueuePlace, grant = 0) {
    this.node = place.node
    this.token = place.czxid * grantsPerNode + BigInt(grant)
    this.#place = place
    this.#coordinator = coordinator
    const { signal } = place.hold
    signal.addEventListener('abort', () => this.#controller.abort(signal.reason), { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get state(): HoldState {
    return this.#place.hold.state
  }

  get deadline(): number {
    return this.#place.hold.deadline
  }

  assertHeld(): void {
    this.#controller.signal.throwIfAborted()
    this.#place.hold.assertHeld()
  }

  async guarded(operations: readonly Operation[], options: CallOptions = {}): Promise<MultiResult> {
    this.assertHeld()
    try {
      const check: Operation = { type: 'check', path: this.node }
      const { zxid, results } = await this.#coordinator.multi([check, ...operations], options)
      return { zxid, results: results.slice(1) }
    } catch (error) {
      if (!isRingkeeperError(error)) throw error
      const { index } = error.data as { index?: number }
      if (index === undefined) throw error
      if (index > 0) throw atOperation(error, index - 1)
      this.#place.hold.nodeGone()
      this.assertHeld()
      throw error
    }
  }

  release(): Promise<void> {
    this.#leaving ??= this.#place.leave()
    this.#controller.abort(locksErrors.RELEASED({ path: this.node }))
    return this.#leaving
  }
}
