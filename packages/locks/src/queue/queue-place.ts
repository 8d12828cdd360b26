import {
  childPath,
  coordinatorErrors,
  deferred,
  isRingkeeperError,
  untilConnected,
  waitFor,
  type Coordinator,
  type Ports,
  type SessionHold,
  type WatchEvent,
} from '@ringkeeper/core'
import { enqueue, type Enqueued, type QueueEntry } from './enqueue.ts'
import { namesAhead } from './names.ts'

/** What a place in a queue stands on. */
export interface QueueSetup {
  readonly coordinator: Coordinator
  readonly ports: Ports
  readonly path: string
  /** The middle of the nodes' names. */
  readonly name: string
  readonly data: Uint8Array
  /**
   * Names of nodes of this session that are to be deleted in the background. Nobody waits for them: this session's own
   * heartbeats keep them. Those that are gone are taken out.
   */
  readonly abandoned?: Set<string>
}

/**
 * A place in a queue of ephemeral sequential nodes: first come, first served, and whoever is gone is skipped.
 *
 * Each waiter watches only the node just before its own, so that one release wakes one waiter. The nodes ahead are known
 * from the one listing at the start: the counter grows, so nobody can come in between later.
 */
export class QueuePlace {
  readonly node: string
  /** The transaction that made the node; grows over all places of a tree. */
  readonly czxid: bigint
  readonly hold: SessionHold
  readonly #setup: QueueSetup
  readonly #ahead: string[]
  #hasLeft = false

  private constructor(setup: QueueSetup, { node, czxid, children }: Enqueued) {
    this.node = node
    this.czxid = czxid
    this.#setup = setup
    const name = nameOf(node)
    for (const other of setup.abandoned ?? []) if (!children.includes(other)) setup.abandoned?.delete(other)
    this.#ahead = namesAhead(children, name).filter((other) => !setup.abandoned?.has(other))
    this.hold = setup.coordinator.hold(node)
    if (!children.includes(name)) this.hold.nodeGone()
    void this.#watchOwnNode()
  }

  /** Takes a place. When the signal aborts first, the node is deleted in the background once it is known. */
  static async take(setup: QueueSetup, signal?: AbortSignal): Promise<QueuePlace> {
    const { coordinator, ports, path, name, data } = setup
    signal?.throwIfAborted()
    const entry: QueueEntry = { path, name, data, guid: ports.random.uuid() }
    const enqueuing = enqueue(coordinator, entry)
    try {
      return new QueuePlace(setup, await waitFor(enqueuing, { signal }, ports.timers, () => new Error('no timeout')))
    } catch (error) {
      enqueuing.then(
        ({ node }) => coordinator.discard(node),
        () => {},
      )
      throw error
    }
  }

  /** How many nodes were ahead when last looked at. */
  get ahead(): number {
    return this.#ahead.length
  }

  /**
   * Waits until nobody is ahead and the session is proved alive.
   *
   * @throws `RK_CORE_HOLD_LOST` when the place is lost; the signal's reason.
   */
  async turn(signal?: AbortSignal): Promise<void> {
    const either = signal ? AbortSignal.any([signal, this.hold.signal]) : this.hold.signal
    for (let nearest = this.#ahead.at(-1); nearest !== undefined; nearest = this.#ahead.at(-1)) {
      await this.#untilGone(childPath(this.#setup.path, nearest), either)
      this.#ahead.pop()
    }
    // A waiter whose session has ended can hear of its predecessor's end before its own: the hold decides.
    for await (const state of this.hold.states({ signal: either }))
      if (state === 'held' && this.hold.state === 'held') return
    either.throwIfAborted()
    this.hold.assertHeld()
  }

  /** Gives the place up; resolves when the node is gone or will be deleted in the background. Never rejects. */
  async leave(): Promise<void> {
    if (this.#hasLeft) return
    this.#hasLeft = true
    this.hold[Symbol.dispose]()
    const { coordinator, ports } = this.#setup
    const timeout = coordinator.sessionTimeout
    try {
      await waitFor(coordinator.delete(this.node), { timeout }, ports.timers, () => new Error('no answer'))
    } catch (error) {
      if (!isRingkeeperError(error, 'RK_CORE_NO_NODE')) coordinator.discard(this.node)
    }
  }

  /** Only its end lets a predecessor count as gone: any other event means to look and watch again. */
  async #untilGone(path: string, signal: AbortSignal): Promise<void> {
    const { coordinator, ports } = this.#setup
    for (;;) {
      try {
        const { event } = await watchOnce(coordinator, path, signal)
        const { type } = await waitFor(event, { signal }, ports.timers, () => new Error('no timeout'))
        if (type === 'deleted') return
        if (type === 'ended') throw coordinatorErrors.HOLD_LOST({ path: this.node, reason: 'the session has ended' })
      } catch (error) {
        if (isRingkeeperError(error, 'RK_CORE_NO_NODE')) return
        if (!isRingkeeperError(error, 'RK_CORE_CONNECTION_LOSS')) throw error
        await untilConnected(coordinator, `the wait for ${path}`, signal)
      }
    }
  }

  /** An operator may delete the node, or another session: what it stood for is lost then. */
  async #watchOwnNode(): Promise<void> {
    try {
      await this.#untilGone(this.node, this.hold.signal)
      if (!this.#hasLeft) this.hold.nodeGone()
    } catch {
      // The session is over, or the hold was lost already: nothing is left to watch.
    }
  }
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Reads a node and gives the promise of its next event. @throws `RK_CORE_NO_NODE`. */
async function watchOnce(
  coordinator: Coordinator,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly event: Promise<WatchEvent> }> {
  const { promise, resolve } = deferred<WatchEvent>()
  await coordinator.get(path, { watch: resolve, signal })
  return { event: promise }
}
