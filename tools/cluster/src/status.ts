import type { Service, ServerState } from './server-process.ts'

/** What `cluster status --json` prints: the two addresses first, for scripts, then the rest. */
export interface ClusterStatus {
  /** `host:port,...` of all servers; absent when the cluster has no ZooKeeper. */
  readonly zookeeper?: string
  /** `host:port`; absent when the cluster has no Kafka. */
  readonly kafka?: string
  readonly name: string
  /** The cluster's folder: configurations, data and logs. */
  readonly folder: string
  /** ZooKeeper's, in milliseconds. */
  readonly tickTime?: number
  /** Absent without TLS. */
  readonly zookeeperTls?: ZooKeeperTls
  readonly servers: readonly ServerStatus[]
  /** Pairs of ZooKeeper servers whose link is cut. */
  readonly cuts: readonly (readonly [string, string])[]
  /** From the command to the answer of the slowest server, in milliseconds. */
  readonly startTime: number
}

/** How to connect to ZooKeeper's TLS ports. */
export interface ZooKeeperTls {
  /** `host:port,...` */
  readonly connect: string
  /** A PEM file. */
  readonly ca: string
  /** A PKCS#12 file with a client's key and certificate; the server does not ask for it but checks it. */
  readonly clientKeyStore: string
  readonly passphrase: string
}

export interface ServerStatus {
  readonly name: string
  readonly service: Service
  /** `host:port` */
  readonly address: string
  readonly state: ServerState
  /** Absent while stopped. */
  readonly pid?: number
  /** `leader`, `follower`, `standalone` or `broker`; absent while it does not serve. */
  readonly mode?: string
}
