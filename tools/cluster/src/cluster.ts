import { once } from 'node:events'
import type { ChildProcess } from 'node:child_process'
import { sendCommand, type Command } from './control.ts'
import { errors } from './errors.ts'
import { launch } from './launch.ts'
import { clusterSpec, type ClusterOptions } from './options.ts'
import type { StartOptions } from './server-process.ts'
import { endDead, liveState, type ClusterState } from './state.ts'
import type { ClusterStatus, ZooKeeperTls } from './status.ts'
import { captureTool, kafkaToolCall, zooKeeperToolCall, type KafkaTool } from './tools.ts'

/**
 * Starts real servers on loopback and waits until they answer. They end when the result is disposed, when the signal
 * aborts, at the start or later, or when this process ends, however it does.
 *
 * @throws RK_CLUSTER_JAVA_MISSING, RK_CLUSTER_JAVA_TOO_OLD, RK_CLUSTER_MAVEN_MISSING: the machine cannot run them.
 * @example
 * ```ts
 * await using cluster = await startCluster({ zookeeper: { servers: 3 }, kafka: false })
 * await cluster.server('zookeeper-1').kill()
 * ```
 */
export async function startCluster(options: ClusterOptions & { readonly signal?: AbortSignal } = {}): Promise<Cluster> {
  const spec = clusterSpec(options)
  const supervisor = await launch(spec, false, options.signal)
  return open(spec.name, supervisor)
}

/** Starts a cluster that runs on when this process ends, until {@link stopCluster}. */
export async function startDetachedCluster(
  options: ClusterOptions & { readonly name: string; readonly signal?: AbortSignal },
): Promise<Cluster> {
  const spec = clusterSpec(options)
  await launch(spec, true, options.signal)
  return open(spec.name, undefined)
}

/**
 * A handle on a cluster that another process started. Disposing of it leaves the cluster running.
 *
 * @throws RK_CLUSTER_NOT_RUNNING
 */
export function attachCluster(name: string): Promise<Cluster> {
  return open(name, undefined)
}

/**
 * Ends a cluster, whoever started it, and removes its folder. Only processes that it started are touched.
 *
 * @throws RK_CLUSTER_NOT_RUNNING
 */
export async function stopCluster(name: string): Promise<void> {
  const state = liveState(name)
  if (state) await sendCommand(state, { do: 'down' })
  else if (!(await endDead(name))) throw errors.NOT_RUNNING({ name })
}

/** A running cluster. */
export interface Cluster extends AsyncDisposable {
  readonly name: string
  /** @throws RK_CLUSTER_NO_SUCH_SERVICE */
  readonly zookeeper: {
    /** `host:port,...`, as clients take it. */
    readonly connect: string
    /** Milliseconds. */
    readonly tickTime: number
    readonly servers: readonly ClusterServer[]
    /** Present when the cluster was started with TLS. */
    readonly tls?: ZooKeeperTls | undefined
  }
  /** @throws RK_CLUSTER_NO_SUCH_SERVICE */
  readonly kafka: {
    /** `host:port` */
    readonly bootstrap: string
    readonly servers: readonly ClusterServer[]
  }
  /** The state of every server, asked now. */
  readonly status: () => Promise<ClusterStatus>
  /** Waits until every server that is not stopped or frozen answers. */
  readonly ready: () => Promise<void>
  /** One server by name: zookeeper-1, zookeeper-2, zookeeper-3, kafka-1. */
  readonly server: (name: string) => ClusterServer
  /**
   * Cuts the link between two ZooKeeper servers; clients still reach both.
   *
   * @param options - `silent`: connections stay open and carry nothing, as with a broken cable; else they are reset.
   */
  readonly cut: (a: string, b: string, options?: { readonly silent?: boolean }) => Promise<void>
  /** Ends {@link Cluster.cut}. */
  readonly heal: (a: string, b: string) => Promise<void>
  /** Returns when every partition has its leader. A topic that exists stays as it is. */
  readonly createTopic: (name: string, partitions: number, configs?: Readonly<Record<string, string>>) => Promise<void>
  /** Runs one of Kafka's command-line tools, such as `consumer-groups`, and gives its stdout. */
  readonly kafkaTool: (tool: KafkaTool, args: readonly string[]) => Promise<string>
  /** Runs one command of ZooKeeper's own client, such as `['get', '/a']`, and gives its stdout. */
  readonly zookeeperTool: (args: readonly string[]) => Promise<string>
}

/** One server of a {@link Cluster}. Each call returns when it has happened. */
export interface ClusterServer {
  readonly name: string
  /** `host:port` for clients. */
  readonly address: string
  /** Ends it as an operator would (SIGTERM); its data stays. */
  readonly stop: () => Promise<void>
  /** Starts it again, on the same data and port, and waits until it answers, unless `wait` is false. */
  readonly start: (options?: StartOptions) => Promise<void>
  /** Ends it as a crash would (SIGKILL); its data stays. */
  readonly kill: () => Promise<void>
  /** Halts it (SIGSTOP): its connections stay open and silent. */
  readonly freeze: () => Promise<void>
  /** Ends {@link ClusterServer.freeze}. */
  readonly thaw: () => Promise<void>
}

async function open(name: string, supervisor: ChildProcess | undefined): Promise<Cluster> {
  const state = liveState(name)
  if (state === undefined) throw errors.NOT_RUNNING({ name })
  const first = (await sendCommand(state, { do: 'status' })) as ClusterStatus
  return handle(state, first, supervisor)
}

function handle(state: ClusterState, first: ClusterStatus, supervisor: ChildProcess | undefined): Cluster {
  const { name } = first
  const send = async (command: Command): Promise<void> => {
    await sendCommand(state, command)
  }
  const servers = first.servers.map(({ name: server, service, address }) => ({
    name: server,
    service,
    address,
    stop: () => send({ do: 'stop', server }),
    start: ({ wait = true }: StartOptions = {}) => send({ do: 'start', server, wait }),
    kill: () => send({ do: 'kill', server }),
    freeze: () => send({ do: 'freeze', server }),
    thaw: () => send({ do: 'thaw', server }),
  }))
  const cluster: Cluster = {
    name,
    get zookeeper() {
      const { zookeeper: connect, tickTime, zookeeperTls: tls } = first
      if (connect === undefined || tickTime === undefined) throw errors.NO_SUCH_SERVICE({ name, service: 'zookeeper' })
      return { connect, tickTime, tls, servers: servers.filter(({ service }) => service === 'zookeeper') }
    },
    get kafka() {
      const { kafka: bootstrap } = first
      if (bootstrap === undefined) throw errors.NO_SUCH_SERVICE({ name, service: 'kafka' })
      return { bootstrap, servers: servers.filter(({ service }) => service === 'kafka') }
    },
    status: async () => (await sendCommand(state, { do: 'status' })) as ClusterStatus,
    ready: () => send({ do: 'ready' }),
    server: (wanted) => {
      const server = servers.find((one) => one.name === wanted)
      if (server === undefined) throw errors.NO_SUCH_SERVER({ server: wanted, servers: servers.map((one) => one.name) })
      return server
    },
    cut: (a, b, { silent = false } = {}) => send({ do: 'cut', a, b, silent }),
    heal: (a, b) => send({ do: 'heal', a, b }),
    createTopic: async (topic, partitions, configs) => {
      // Not from here: kafkajs would print its warnings into the output of tests.
      await send({ do: 'createTopics', topics: [{ name: topic, partitions, configs }] })
    },
    kafkaTool: async (tool, args) => captureTool(await kafkaToolCall(tool, cluster.kafka.bootstrap, args)),
    zookeeperTool: async (args) => captureTool(await zooKeeperToolCall(cluster.zookeeper.connect, args)),
    [Symbol.asyncDispose]: async () => {
      if (supervisor === undefined || supervisor.exitCode !== null || supervisor.signalCode !== null) return
      const exited = once(supervisor, 'exit')
      supervisor.ref()
      if (supervisor.connected) supervisor.disconnect()
      await exited
    },
  }
  return cluster
}
