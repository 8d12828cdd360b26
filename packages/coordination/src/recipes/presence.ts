import { deferred, isRingkeeperError, messageOf, untilConnected, type Coordinator, type Stat } from '@ringkeeper/core'

/** What a {@link Presence} stands on. */
export interface PresenceSetup<T> {
  readonly id: string
  readonly node: string
  readonly stat: Stat
  readonly info: T
  /** Makes the member's node. */
  readonly announceAs: (info: T, signal: AbortSignal | undefined) => Promise<Stat>
  readonly encode: (info: T) => Uint8Array
}

/** The membership of this process: lasts as long as the session. A node that somebody else deletes is made again. */
export class Presence<T> implements AsyncDisposable {
  readonly id: string
  readonly node: string
  readonly #coordinator: Coordinator
  readonly #setup: PresenceSetup<T>
  readonly #controller = new AbortController()
  readonly #leaving = new AbortController()
  #stat: Stat
  #info: T

  constructor(coordinator: Coordinator, setup: PresenceSetup<T>) {
    this.id = setup.id
    this.node = setup.node
    this.#coordinator = coordinator
    this.#setup = setup
    this.#stat = setup.stat
    this.#info = setup.info
    void this.#keep()
  }

  /** The transaction that made the current node: the member's incarnation. */
  get incarnation(): bigint {
    return this.#stat.czxid
  }

  /** Aborts when this process is a member no longer: it has left, or the session is over. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Changes what the others see. */
  async update(info: T): Promise<void> {
    this.#info = info
    await this.#coordinator.set(this.node, this.#setup.encode(info))
  }

  /** Ends the membership. Never rejects: a node that cannot be deleted now is deleted in the background. */
  async leave(): Promise<void> {
    if (this.#leaving.signal.aborted) return
    this.#leaving.abort()
    try {
      const stat = await this.#coordinator.exists(this.node)
      if (stat?.ephemeralOwner === this.#coordinator.sessionId) await this.#coordinator.delete(this.node)
    } catch (error) {
      if (!isRingkeeperError(error, 'RK_CORE_NO_NODE')) this.#coordinator.discard(this.node)
    }
    this.#controller.abort(new Error(`${this.node} has left`))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.leave()
  }

  /** Watches the own node until the end. */
  async #keep(): Promise<void> {
    const { signal } = this.#leaving
    try {
      while (!signal.aborted) await this.#keepOnce(signal)
    } catch (error) {
      if (!signal.aborted) this.#controller.abort(error instanceof Error ? error : new Error(messageOf(error)))
    }
  }

  async #keepOnce(signal: AbortSignal): Promise<void> {
    const { promise: changed, resolve } = deferred()
    try {
      await this.#coordinator.get(this.node, { watch: () => resolve(), signal })
      await changed
    } catch (error) {
      if (isRingkeeperError(error, 'RK_CORE_NO_NODE')) this.#stat = await this.#setup.announceAs(this.#info, signal)
      else if (!isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) throw error
      else await untilConnected(this.#coordinator, `watching ${this.node}`, signal)
    }
  }
}
