import type { ServerAddress } from './connection/server-address.ts'
import { zookeeperErrors } from './errors.ts'
import { invalidPath } from './path.ts'

/** What a connect string says. */
export interface ConnectString {
  readonly servers: readonly ServerAddress[]
  /** The server's path of what the caller calls `/`; empty when that is the server's root. */
  readonly chroot: string
}

const defaultPort = 2181
/** A name or IPv4 address, or an IPv6 address in brackets, and a port. */
const serverPattern = /^(?:\[(?<v6>[0-9a-fA-F:.%]+)\]|(?<name>[^\s:[\]]+))(?::(?<port>\d{1,5}))?$/

/**
 * Reads `host:port,host:port/chroot`. The port is 2181 when absent; an IPv6 address stands in brackets.
 *
 * @throws `RK_ZOOKEEPER_BAD_CONNECT_STRING`
 */
export function parseConnectString(connect: string): ConnectString {
  const refuse = (reason: string): Error => zookeeperErrors.BAD_CONNECT_STRING({ connect, reason })
  const slash = connect.indexOf('/')
  const list = slash === -1 ? connect : connect.slice(0, slash)
  const root = slash === -1 ? '/' : connect.slice(slash)
  const invalid = invalidPath(root)
  if (invalid) throw refuse(`has a chroot that is no path: ${invalid.message}`)
  const servers = list.split(',').map((entry) => parseServer(entry.trim(), refuse))
  return { servers, chroot: root === '/' ? '' : root }
}

function parseServer(entry: string, refuse: (reason: string) => Error): ServerAddress {
  if (entry === '') throw refuse('names no server, or has an empty entry')
  const { v6, name, port } = serverPattern.exec(entry)?.groups ?? {}
  const host = v6 ?? name
  if (host === undefined) throw refuse(`has the entry ${JSON.stringify(entry)}, which is not host:port`)
  const number = port === undefined ? defaultPort : Number(port)
  if (number < 1 || number > 65_535) throw refuse(`has the port ${port}, which is not from 1 to 65535`)
  return { host, port: number }
}
