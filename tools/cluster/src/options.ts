import { errors } from './errors.ts'
import { kafkaVersion, zooKeeperVersion } from './jars.ts'

/** A topic to create at the start. */
export interface TopicOptions {
  readonly name: string
  readonly partitions: number
  /** The topic's own settings, such as `retention.ms`. */
  readonly configs?: Readonly<Record<string, string>> | undefined
}

/** Which ZooKeeper to start. */
export interface ZooKeeperOptions {
  /** 1 (default) or 3. */
  readonly servers?: 1 | 3 | undefined
  /** The client port of the first server; the others take the following ones. Free ports when absent. */
  readonly port?: number | undefined
  /** Milliseconds; 100 when absent. It is also the granularity of session expiry. */
  readonly tickTime?: number | undefined
  /** Also opens a client port with TLS on every server. */
  readonly tls?: boolean | undefined
  /** 3.9.5 when absent; 3.8.6 is known to work. */
  readonly version?: string | undefined
}

/** Which Kafka to start. */
export interface KafkaOptions {
  /** The client port; a free one when absent. */
  readonly port?: number | undefined
  readonly topics?: readonly TopicOptions[] | undefined
  /** 4.4.0 when absent; 3.9.2 is the oldest that is known to work. */
  readonly version?: string | undefined
}

/** What `startCluster` takes. */
export interface ClusterOptions {
  /** Clusters with different names run beside each other. A name of its own when absent. */
  readonly name?: string | undefined
  /** false: none. */
  readonly zookeeper?: ZooKeeperOptions | false | undefined
  /** false: none. */
  readonly kafka?: KafkaOptions | false | undefined
}

/** {@link ClusterOptions} with every default filled in: what the supervisor gets. */
export interface ClusterSpec {
  readonly name: string
  readonly zookeeper: ZooKeeperSpec | false
  readonly kafka: KafkaSpec | false
}

export interface ZooKeeperSpec {
  readonly servers: 1 | 3
  readonly port: number | undefined
  readonly tickTime: number
  readonly tls: boolean
  readonly version: string
}

export interface KafkaSpec {
  readonly port: number | undefined
  readonly topics: readonly TopicOptions[]
  readonly version: string
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws RK_CLUSTER_BAD_OPTION
 */
export function clusterSpec(options: ClusterOptions): ClusterSpec {
  const name = options.name ?? `run-${crypto.randomUUID().slice(0, 8)}`
  if (!/^[a-z0-9][a-z0-9._-]{0,60}$/i.test(name))
    throw errors.BAD_OPTION({
      option: 'name',
      value: name,
      expected: 'letters, digits, dots, dashes, up to 61 of them',
    })
  return {
    name,
    zookeeper: options.zookeeper === false ? false : zooKeeperSpec(options.zookeeper ?? {}),
    kafka: options.kafka === false ? false : kafkaSpec(options.kafka ?? {}),
  }
}

/** Reads `orders:16`, a topic and its number of partitions (1 when absent). */
export function parseTopic(text: string): TopicOptions {
  const [name = '', partitions = '1', ...rest] = text.split(':')
  if (rest.length > 0 || !/^[a-zA-Z0-9._-]+$/.test(name) || !/^[1-9]\d{0,4}$/.test(partitions))
    throw errors.BAD_OPTION({ option: 'topic', value: text, expected: 'a name and a number, such as orders:16' })
  return { name, partitions: Number(partitions) }
}

function zooKeeperSpec(options: ZooKeeperOptions): ZooKeeperSpec {
  const { servers = 1, port, tickTime = 100, tls = false, version = zooKeeperVersion } = options
  if (servers !== 1 && servers !== 3)
    throw errors.BAD_OPTION({ option: 'zookeeper.servers', value: String(servers), expected: '1 or 3' })
  if (!Number.isInteger(tickTime) || tickTime < 20)
    throw errors.BAD_OPTION({ option: 'zookeeper.tickTime', value: String(tickTime), expected: '20 ms or more' })
  checkPort('zookeeper.port', port)
  return { servers, port, tickTime, tls, version }
}

function kafkaSpec(options: KafkaOptions): KafkaSpec {
  const { port, topics = [], version = kafkaVersion } = options
  checkPort('kafka.port', port)
  return { port, topics, version }
}

function checkPort(option: string, port: number | undefined): void {
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    throw errors.BAD_OPTION({ option, value: String(port), expected: 'a port from 1 to 65535' })
}
