import type { Ports } from '@ringkeeper/core'
import type { ConnectionOptions } from 'node:tls'
import { zookeeperErrors } from './errors.ts'
import type { Identity } from './protocol/messages/auth.ts'

/** Options of {@link zookeeper}. */
export interface ZooKeeperOptions {
  /**
   * `host:port,host:port/chroot`: the servers, tried in random order, and the node that is `/` for this client. The
   * port is 2181 when absent; an IPv6 address stands in brackets. The chroot must exist; `create('/')` makes it.
   */
  readonly connect: string
  /**
   * Milliseconds without contact after which the server ends the session; the server may change it. Default 10,000.
   * Shorter means that others take over sooner, and that shorter outages end the session.
   */
  readonly sessionTimeout?: number
  /**
   * The servers' `tickTime` in milliseconds, default 2000 like theirs. A session timeout below two ticks is refused
   * with `RK_CORE_SESSION_TIMEOUT_TOO_SHORT`: nothing could be held safely.
   */
  readonly serverTick?: number
  /** Identities of every session, such as `{ scheme: 'digest', credentials: 'user:password' }`. */
  readonly auth?: readonly Identity[]
  /** Connects with TLS: the options of `tls.connect`, such as `ca`, `cert` and `key`. */
  readonly tls?: ConnectionOptions
  /** How many requests may be unanswered; more wait here in order. Default 500: the servers slow down at 1000. */
  readonly maxInFlight?: number
  /** Bytes of the largest request; the servers' `jute.maxbuffer`, default 1,048,575. A server drops connections above it. */
  readonly maxRequestBytes?: number
  /** Bytes of the largest reply that is kept, default 4 MiB; only the call with a larger one fails. */
  readonly maxReplyBytes?: number
  /** Clock, timers, randomness and logger; the system's and a silent logger when absent. */
  readonly ports?: Partial<Ports>
}

/** The options that are numbers, with their defaults. */
export interface ResolvedNumbers {
  readonly sessionTimeout: number
  readonly serverTick: number
  readonly maxInFlight: number
  readonly maxRequestBytes: number
  readonly maxReplyBytes: number
}

const defaults: ResolvedNumbers = {
  sessionTimeout: 10_000,
  serverTick: 2000,
  maxInFlight: 500,
  maxRequestBytes: 0xf_ffff,
  maxReplyBytes: 4 << 20,
}

/** @throws `RK_ZOOKEEPER_BAD_OPTION` */
export function resolveNumbers(options: ZooKeeperOptions): ResolvedNumbers {
  const resolve = (option: keyof ResolvedNumbers): number => checkPositive(option, options[option] ?? defaults[option])
  return {
    sessionTimeout: resolve('sessionTimeout'),
    serverTick: resolve('serverTick'),
    maxInFlight: resolve('maxInFlight'),
    maxRequestBytes: resolve('maxRequestBytes'),
    maxReplyBytes: resolve('maxReplyBytes'),
  }
}

/** @throws `RK_ZOOKEEPER_BAD_OPTION` */
export function checkPositive(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0 && value <= 0x7fff_ffff) return value
  throw zookeeperErrors.BAD_OPTION({ option, value, expected: 'a whole number above 0' })
}
