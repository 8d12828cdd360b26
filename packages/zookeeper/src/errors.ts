import { defineErrors, type DefinedErrors } from '@ringkeeper/core'

const table = {
  /** The `connect` option cannot be understood. */
  BAD_CONNECT_STRING: (data: { readonly connect: string; readonly reason: string }): string =>
    `connect: ${JSON.stringify(data.connect)} ${data.reason}; write it like "host1:2181,host2:2181/chroot"`,
  /** An option has a value that cannot work. */
  BAD_OPTION: (data: { readonly option: string; readonly value: unknown; readonly expected: string }): string =>
    `${data.option} is ${String(data.value)}; give ${data.expected}`,
  /** Whoever answered does not speak ZooKeeper's protocol. */
  BAD_HANDSHAKE: (data: { readonly server: string; readonly reason: string }): string =>
    `${data.server} did not answer like a ZooKeeper server: ${data.reason}; check the connect option`,
  /** TLS could not be agreed with a server. */
  TLS_REFUSED: (data: { readonly server: string; readonly reason: string }): string =>
    `no TLS connection to ${data.server}: ${data.reason}; check the tls option and that the port is the server's secureClientPort`,
  /** A server sent bytes that break the protocol; the connection is dropped. */
  BAD_MESSAGE: (data: { readonly reason: string }): string =>
    `a message of the server breaks the protocol: ${data.reason}`,
  /** A server did not answer for a third of the session timeout; the next one is tried. */
  SERVER_SILENT: (data: { readonly server: string; readonly silence: number }): string =>
    `${data.server} has not answered for ${data.silence} ms`,
  /** A server closed or refused the connection; the next one is tried. */
  DISCONNECTED: (data: { readonly server: string; readonly reason: string }): string =>
    `no connection to ${data.server}: ${data.reason}`,
  /** The server refused a request with a code that has no error of its own in core. */
  SERVER_ERROR: (data: { readonly operation: string; readonly error: number; readonly name: string }): string =>
    `${data.operation} was refused by the server: ${data.name} (${data.error})`,
}

/** Errors of this package beside those that every coordinator can throw; the codes begin with `RK_ZOOKEEPER_`. */
export const zookeeperErrors: DefinedErrors<'RK_ZOOKEEPER_', typeof table> = defineErrors('RK_ZOOKEEPER_', table)
