import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { certificates } from './certificates.ts'
import { zooKeeperMode } from './four-letter-word.ts'
import { freePorts, requireFree } from './free-ports.ts'
import { classPath } from './jars.ts'
import { jvmFlags } from './java.ts'
import type { ZooKeeperSpec } from './options.ts'
import { QuorumLinks, type QuorumPorts } from './quorum-links.ts'
import type { ServerDefinition } from './server-process.ts'

/** The definitions of a ZooKeeper service, ready to be started. */
export interface ZooKeeperServers {
  readonly definitions: readonly ServerDefinition[]
  /** `host:port` of each server's TLS port; empty without TLS. */
  readonly secureAddresses: readonly string[]
  /** Undefined with one server. */
  readonly links: QuorumLinks | undefined
}

interface Member extends QuorumPorts {
  readonly name: string
  readonly client: number
  readonly secure: number | undefined
}

/** Chooses ports, opens the links and writes the configuration of every server into a folder of its own. */
export async function prepareZooKeeper(
  spec: ZooKeeperSpec,
  clusterFolder: string,
  java: string,
  signal: AbortSignal,
): Promise<ZooKeeperServers> {
  const classes = await classPath('zookeeper', spec.version, signal)
  const tls = spec.tls ? await certificates(signal) : undefined
  const members = await chooseMembers(spec)
  const links = members.length > 1 ? await QuorumLinks.open(new Map(members.map((one) => [one.name, one]))) : undefined
  const definitions = members.map((member, index): ServerDefinition => {
    const folder = join(clusterFolder, member.name)
    mkdirSync(join(folder, 'data'), { recursive: true })
    writeFileSync(join(folder, 'data/myid'), `${index + 1}`)
    const secure = tls && member.secure ? secureSettings(member.secure, tls) : {}
    const ensemble = links ? ensembleSettings(members, member, links, spec.tickTime) : {}
    writeSettings(join(folder, 'zoo.cfg'), { ...serverSettings(spec.tickTime, member.client), ...ensemble, ...secure })
    return {
      name: member.name,
      service: 'zookeeper',
      folder,
      address: `127.0.0.1:${member.client}`,
      java,
      args: [
        '-Xmx256m',
        '-Xms32m',
        '-Xss512k',
        '-XX:MaxMetaspaceSize=96m',
        ...jvmFlags,
        '-Dorg.slf4j.simpleLogger.showDateTime=true',
        // These log each question whether the server serves.
        '-Dorg.slf4j.simpleLogger.log.org.apache.zookeeper.server.NIOServerCnxn=warn',
        '-Dorg.slf4j.simpleLogger.log.org.apache.zookeeper.server.NettyServerCnxn=warn',
        // The default of a minute is longer than any test; only a JVM property is read for it.
        '-Dznode.container.checkIntervalMs=200',
        '-cp',
        classes,
        'org.apache.zookeeper.server.quorum.QuorumPeerMain',
        'zoo.cfg',
      ],
      ask: (signal) => zooKeeperMode(member.client, signal),
    }
  })
  const secureAddresses = members.flatMap(({ secure }) => (secure ? [`127.0.0.1:${secure}`] : []))
  return { definitions, secureAddresses, links }
}

async function chooseMembers(spec: ZooKeeperSpec): Promise<Member[]> {
  const wanted = spec.port === undefined ? [] : Array.from({ length: spec.servers }, (_, i) => (spec.port ?? 0) + i)
  for (const port of wanted) await requireFree(port)
  const free = await freePorts(spec.servers * 4, new Set(wanted))
  const next = (): number => free.pop() as number
  return Array.from({ length: spec.servers }, (_, i) => ({
    name: `zookeeper-${i + 1}`,
    client: wanted[i] ?? next(),
    quorum: next(),
    election: next(),
    secure: spec.tls ? next() : undefined,
  }))
}

type Settings = Readonly<Record<string, string | number | boolean>>

const serverSettings = (tickTime: number, clientPort: number): Settings => ({
  tickTime,
  minSessionTimeout: 2 * tickTime,
  maxSessionTimeout: 60_000,
  dataDir: './data',
  clientPort,
  clientPortAddress: '127.0.0.1',
  maxClientCnxns: 0,
  'admin.enableServer': false,
  '4lw.commands.whitelist': '*',
  // TTL nodes
  extendedTypesEnabled: true,
  // Small files and no fsync: the data lives only as long as the cluster.
  preAllocSize: 1024,
  snapCount: 10_000,
  forceSync: 'no',
})

/** Each server reaches the others through the links, so no server may hand its own view of the ensemble to another. */
const ensembleSettings = (
  members: readonly Member[],
  self: Member,
  links: QuorumLinks,
  tickTime: number,
): Settings => ({
  reconfigEnabled: false,
  standaloneEnabled: false,
  // Counted in ticks: seconds stay the same with a short tick.
  initLimit: Math.max(5, Math.ceil(5_000 / tickTime)),
  syncLimit: Math.max(5, Math.ceil(2_000 / tickTime)),
  ...Object.fromEntries(
    members.map((other, index) => {
      const { quorum, election } = other === self ? self : links.ports(self.name, other.name)
      return [`server.${index + 1}`, `127.0.0.1:${quorum}:${election}:participant`]
    }),
  ),
})

const secureSettings = (port: number, tls: Awaited<ReturnType<typeof certificates>>): Settings => ({
  secureClientPort: port,
  secureClientPortAddress: '127.0.0.1',
  serverCnxnFactory: 'org.apache.zookeeper.server.NettyServerCnxnFactory',
  'ssl.keyStore.location': tls.serverKeyStore,
  'ssl.keyStore.password': tls.passphrase,
  'ssl.keyStore.type': 'PKCS12',
  'ssl.trustStore.location': tls.serverTrustStore,
  'ssl.trustStore.password': tls.passphrase,
  'ssl.trustStore.type': 'PKCS12',
  // Takes clients with and without a certificate; a wrong one is refused.
  'ssl.clientAuth': 'want',
})

function writeSettings(file: string, settings: Settings): void {
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`)
  writeFileSync(file, lines.join(''))
}
