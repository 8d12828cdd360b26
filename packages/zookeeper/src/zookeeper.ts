import {
  coordinatorErrors,
  systemPorts,
  waitFor,
  type ConnectOptions,
  type Coordinator,
  type CoordinatorBackend,
} from '@ringkeeper/core'
import { ZooKeeperClient } from './client.ts'
import { parseConnectString } from './connect-string.ts'
import { checkPositive, resolveNumbers, type ZooKeeperOptions } from './options.ts'
import { Chroot } from './path.ts'
import { HostList } from './session/host-list.ts'
import { sayFarewell, type UnclosedSession } from './session/farewell.ts'
import type { SessionSettings } from './session/settings.ts'

/**
 * Sessions on ZooKeeper servers, 3.8 or newer, by a client of its own: no native build.
 *
 * Nothing is opened before `connect`, which waits for as long as its `timeout` and `signal` allow. A session looks for
 * another server whenever it loses one; meanwhile its calls fail at once with `RK_CORE_CONNECTION_LOSS` and
 * `outcome: 'not-sent'`. It ends by `close` or when a server says that it has expired, never by the local clock: close
 * a session before you open its successor. Data given to a call must not change before the call settles.
 *
 * @throws `RK_ZOOKEEPER_BAD_CONNECT_STRING`, `RK_ZOOKEEPER_BAD_OPTION`, `RK_CORE_SESSION_TIMEOUT_TOO_SHORT`; from
 * `connect` also `RK_CORE_CONNECT_TIMEOUT` (its `cause` says what the last server did), `RK_ZOOKEEPER_BAD_HANDSHAKE` and
 * `RK_ZOOKEEPER_TLS_REFUSED` (when all servers answer like that), `RK_CORE_AUTH_FAILED`.
 *
 * @example
 * ```ts
 * await using session = await zookeeper({ connect: '127.0.0.1:2181' }).connect({ timeout: 5000 })
 * await session.create('/greeting', new TextEncoder().encode('hello'))
 * ```
 */
export function zookeeper(options: ZooKeeperOptions): CoordinatorBackend {
  return new ZooKeeperBackend(options)
}

class ZooKeeperBackend implements CoordinatorBackend {
  readonly name = 'zookeeper'
  readonly #settings: SessionSettings
  /** Sessions whose servers could not be told of their end, by id. */
  readonly #unclosed = new Map<bigint, UnclosedSession>()

  constructor(options: ZooKeeperOptions) {
    const { servers, chroot } = parseConnectString(options.connect)
    this.#settings = {
      ...systemPorts(options.ports),
      ...resolveNumbers(options),
      servers,
      connect: options.connect,
      chroot: new Chroot(chroot),
      tls: options.tls,
      identities: options.auth ?? [],
      leaveUnclosed: (session) => this.#unclosed.set(session.sessionId, session),
    }
    checkSessionTimeout(this.#settings)
  }

  async connect(options: ConnectOptions = {}): Promise<Coordinator> {
    const { signal, timeout } = options
    const sessionTimeout = checkPositive('sessionTimeout', options.sessionTimeout ?? this.#settings.sessionTimeout)
    const settings = { ...this.#settings, sessionTimeout }
    checkSessionTimeout(settings)
    signal?.throwIfAborted()
    const start = settings.clock.monotonic()
    await this.#closeUnclosed(options)
    const client = new ZooKeeperClient(settings)
    const rest = timeout === undefined ? undefined : Math.max(0, timeout - (settings.clock.monotonic() - start))
    await client.open({ signal, timeout: rest }, timeout)
    return client
  }

  /** The nodes of a session that still lives would stand in the way of the new one. */
  async #closeUnclosed({ signal, timeout }: ConnectOptions): Promise<void> {
    if (this.#unclosed.size === 0) return
    const stop = new AbortController()
    const hosts = new HostList(this.#settings.servers, this.#settings.random, this.#settings.sessionTimeout)
    const farewells = [...this.#unclosed.values()].map(async (session) => {
      await sayFarewell(session, hosts, this.#settings, stop.signal)
      this.#unclosed.delete(session.sessionId)
    })
    try {
      await waitFor(Promise.all(farewells), { signal, timeout }, this.#settings.timers, () =>
        coordinatorErrors.CONNECT_TIMEOUT(
          { servers: this.#settings.connect, timeout: Math.round(timeout ?? 0) },
          { cause: hosts.lastError },
        ),
      )
    } finally {
      stop.abort()
    }
  }
}

function checkSessionTimeout({ sessionTimeout, serverTick }: SessionSettings): void {
  if (sessionTimeout < 2 * serverTick) throw coordinatorErrors.SESSION_TIMEOUT_TOO_SHORT({ sessionTimeout, serverTick })
}
