/** One server of the connect string. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/** For messages: `host:port`. */
export function formatAddress({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
