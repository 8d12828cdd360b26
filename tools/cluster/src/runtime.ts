import { certificates } from './certificates.ts'
import { errors } from './errors.ts'
import { clusterFolder } from './folders.ts'
import { requireJava } from './java.ts'
import { prepareKafka } from './kafka-server.ts'
import type { ClusterSpec, TopicOptions } from './options.ts'
import type { ProcessIdentity } from './processes.ts'
import type { QuorumLinks } from './quorum-links.ts'
import { ServerProcess, type ServerDefinition } from './server-process.ts'
import type { ClusterStatus, ServerStatus, ZooKeeperTls } from './status.ts'
import { createTopics } from './topics.ts'
import { prepareZooKeeper } from './zookeeper-servers.ts'

/** The servers and links of one cluster, in the process that owns them. */
export class ClusterRuntime implements AsyncDisposable {
  readonly #spec: ClusterSpec
  readonly #servers = new Map<string, ServerProcess>()
  readonly #onChange: () => void
  #links: QuorumLinks | undefined
  #tls: ZooKeeperTls | undefined
  #startTime = 0

  /** @param onChange - called when a server process came or went. */
  constructor(spec: ClusterSpec, onChange: () => void) {
    this.#spec = spec
    this.#onChange = onChange
  }

  /** Starts everything and waits until it answers. */
  async start(signal: AbortSignal): Promise<void> {
    const began = performance.now()
    const java = await requireJava(signal)
    await Promise.all([this.#startZooKeeper(java, signal), this.#startKafka(java, signal)])
    this.#startTime = Math.round(performance.now() - began)
  }

  /** The processes that run now, by server. */
  get processes(): Readonly<Record<string, ProcessIdentity>> {
    return Object.fromEntries(
      [...this.#servers].flatMap(([name, { identity }]) => (identity ? [[name, identity]] : [])),
    )
  }

  /** @throws RK_CLUSTER_NO_SUCH_SERVER */
  server(name: string): ServerProcess {
    const server = this.#servers.get(name)
    if (server === undefined) throw errors.NO_SUCH_SERVER({ server: name, servers: [...this.#servers.keys()] })
    return server
  }

  /** @throws RK_CLUSTER_NO_SUCH_LINK */
  links(a: string, b: string): QuorumLinks {
    if (this.#links === undefined) throw errors.NO_SUCH_LINK({ from: a, to: b })
    return this.#links
  }

  /** @throws RK_CLUSTER_NO_SUCH_SERVICE */
  async createTopics(topics: readonly TopicOptions[]): Promise<void> {
    if (!this.#spec.kafka) throw errors.NO_SUCH_SERVICE({ name: this.#spec.name, service: 'kafka' })
    return createTopics(this.#addresses('kafka'), topics)
  }

  /** Waits until every server that runs answers. */
  async ready(signal?: AbortSignal): Promise<void> {
    const running = [...this.#servers.values()].filter((server) => server.state === 'running')
    await Promise.all(running.map((server) => server.ready(signal)))
  }

  async status(): Promise<ClusterStatus> {
    const { name, zookeeper, kafka } = this.#spec
    return {
      ...(zookeeper && { zookeeper: this.#addresses('zookeeper') }),
      ...(kafka && { kafka: this.#addresses('kafka') }),
      name,
      folder: clusterFolder(name),
      ...(zookeeper && { tickTime: zookeeper.tickTime }),
      ...(this.#tls && { zookeeperTls: this.#tls }),
      servers: await Promise.all([...this.#servers.values()].map(serverStatus)),
      cuts: this.#links?.cuts ?? [],
      startTime: this.#startTime,
    }
  }

  /** Kills all servers: their data goes away with the cluster. */
  async [Symbol.asyncDispose](): Promise<void> {
    const started = [...this.#servers.values()].filter((server) => server.state !== 'stopped')
    await Promise.all(started.map((server) => server.kill()))
    await this.#links?.[Symbol.asyncDispose]()
  }

  async #startZooKeeper(java: string, signal: AbortSignal): Promise<void> {
    const { name, zookeeper } = this.#spec
    if (!zookeeper) return
    const { definitions, secureAddresses, links } = await prepareZooKeeper(zookeeper, clusterFolder(name), java, signal)
    this.#links = links
    if (secureAddresses.length > 0) {
      const { ca, clientKeyStore, passphrase } = await certificates(signal)
      this.#tls = { connect: secureAddresses.join(','), ca, clientKeyStore, passphrase }
    }
    await this.#startAll(definitions, signal)
  }

  async #startKafka(java: string, signal: AbortSignal): Promise<void> {
    const { name, kafka } = this.#spec
    if (!kafka) return
    await this.#startAll([await prepareKafka(kafka, clusterFolder(name), java, signal)], signal)
    await this.createTopics(kafka.topics)
  }

  async #startAll(definitions: readonly ServerDefinition[], signal: AbortSignal): Promise<void> {
    const servers = definitions.map((definition) => new ServerProcess(definition, this.#onChange))
    for (const server of servers) this.#servers.set(server.definition.name, server)
    await Promise.all(servers.map((server) => server.start({}, signal)))
  }

  #addresses(service: string): string {
    const definitions = [...this.#servers.values()].map(({ definition }) => definition)
    return definitions.flatMap((one) => (one.service === service ? [one.address] : [])).join(',')
  }
}

async function serverStatus(server: ServerProcess): Promise<ServerStatus> {
  const { name, service, address } = server.definition
  const mode = await server.mode()
  return {
    name,
    service,
    address,
    state: server.state,
    ...(server.identity && { pid: server.identity.pid }),
    ...(mode !== undefined && { mode }),
  }
}
