import {
  childPath,
  isRingkeeperError,
  systemPorts,
  watchedView,
  type CallOptions,
  type Coordinator,
  type Ports,
  type Stat,
} from '@ringkeeper/core'
import { announce } from './announce.ts'
import { decodeMember, encodeMember, memberId, memberName } from './member-node.ts'
import { Presence } from './presence.ts'

/** Who joins. */
export interface Self<T> {
  /** Unique in the group. */
  readonly id: string
  /** What the others see; any JSON. */
  readonly info: T
}

/** One member of a group. */
export interface Member<T> {
  readonly id: string
  readonly info: T
  /** The timeout of its session in milliseconds. */
  readonly sessionTimeout: number
  /** `ephemeralOwner` is its session, `czxid` its incarnation. */
  readonly stat: Stat
}

/** Options of {@link membership}. */
export interface MembershipOptions {
  /** Default: the real clock, timers and randomness. */
  readonly ports?: Ports
  /** The server's tickTime in milliseconds: sessions end at multiples of it. Default 2000, ZooKeeper's own. */
  readonly serverTick?: number
}

/** A group of processes that know of each other. */
export class Membership<T> {
  readonly path: string
  readonly #coordinator: Coordinator
  readonly #ports: Ports
  readonly #serverTick: number

  constructor(coordinator: Coordinator, path: string, options: MembershipOptions = {}) {
    this.path = path
    this.#coordinator = coordinator
    this.#ports = options.ports ?? systemPorts()
    this.#serverTick = options.serverTick ?? 2000
  }

  /**
   * Becomes a member for as long as the session lives, or until {@link Presence.leave}. If a member with this id is
   * there, as after a quick restart, waits until its session must have ended.
   *
   * @throws `RK_COORDINATION_DUPLICATE_MEMBER` when it is still there then; `RK_CORE_SESSION_EXPIRED`.
   */
  async join(self: Self<T>, options: CallOptions = {}): Promise<Presence<T>> {
    const node = childPath(this.path, memberName(self.id))
    const data = (info: T): Uint8Array => encodeMember({ sessionTimeout: this.#coordinator.sessionTimeout, info })
    const announceAs = (info: T, signal: AbortSignal | undefined): Promise<Stat> =>
      announce(this.#coordinator, {
        id: self.id,
        node,
        data: data(info),
        ports: this.#ports,
        serverTick: this.#serverTick,
        signal,
      })
    const stat = await announceAs(self.info, options.signal)
    return new Presence(this.#coordinator, { id: self.id, node, stat, info: self.info, announceAs, encode: data })
  }

  /** The members at this moment, ordered by id. */
  async members(options: CallOptions = {}): Promise<readonly Member<T>[]> {
    const names = await this.#names(options)
    const members = await Promise.all(names.map((name) => this.#read(name, options)))
    return members.filter((member): member is Member<T> => member !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** The members now and after each change, coalesced to the newest; ends when the signal aborts or the session is closed. */
  views(options: CallOptions = {}): AsyncGenerator<readonly Member<T>[], void, undefined> {
    return watchedView(this.#coordinator, this.path, {
      recursive: true,
      read: () => this.members(options),
      isEqual: areEqual,
      signal: options.signal,
    })
  }

  async #names(options: CallOptions): Promise<readonly string[]> {
    try {
      return (await this.#coordinator.children(this.path, options)).children
    } catch (error) {
      if (isRingkeeperError(error, 'RK_CORE_NO_NODE')) return []
      throw error
    }
  }

  async #read(name: string, options: CallOptions): Promise<Member<T> | undefined> {
    try {
      const { data, stat } = await this.#coordinator.get(childPath(this.path, name), options)
      const id = memberId(name)
      const node = decodeMember<T>(data)
      return id === undefined || !node ? undefined : { id, ...node, stat }
    } catch (error) {
      // It left after the listing.
      if (isRingkeeperError(error, 'RK_CORE_NO_NODE')) return undefined
      throw error
    }
  }
}

function areEqual(a: readonly Member<unknown>[], b: readonly Member<unknown>[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ id, stat }, index) => {
      const other = b[index]
      return other?.id === id && other.stat.czxid === stat.czxid && other.stat.mzxid === stat.mzxid
    })
  )
}

/**
 * The group whose members are the children of `path`, which is made when missing.
 *
 * @example
 * ```ts
 * const workers = membership<{ host: string }>(session, '/workers')
 * await using me = await workers.join({ id: 'worker-1', info: { host: 'a' } })
 * for await (const members of workers.views({ signal })) console.log(members.map(({ id }) => id))
 * ```
 */
export function membership<T = unknown>(
  coordinator: Coordinator,
  path: string,
  options?: MembershipOptions,
): Membership<T> {
  return new Membership(coordinator, path, options)
}
