import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brokerServes } from './broker-probe.ts'
import { errors } from './errors.ts'
import { jarsFolder } from './folders.ts'
import { freePorts, requireFree } from './free-ports.ts'
import { classPath } from './jars.ts'
import { jvmFlags, run } from './java.ts'
import { withLock } from './lock.ts'
import type { KafkaSpec } from './options.ts'
import type { ServerDefinition } from './server-process.ts'

/** log4j's settings for the broker and the tools. */
export const log4jFlag: string = `-Dlog4j2.configurationFile=${join(import.meta.dirname, '../config/log4j2.properties')}`

/** Chooses ports and writes the configuration and the formatted storage of the broker. */
export async function prepareKafka(
  spec: KafkaSpec,
  clusterFolder: string,
  java: string,
  signal: AbortSignal,
): Promise<ServerDefinition> {
  const classes = await classPath('kafka', spec.version, signal)
  const storage = await formattedStorage(spec.version, java, classes, signal)
  if (spec.port !== undefined) await requireFree(spec.port)
  const [free, controller] = (await freePorts(2, new Set([spec.port ?? 0]))) as [number, number]
  const port = spec.port ?? free
  const folder = join(clusterFolder, 'kafka-1')
  mkdirSync(folder, { recursive: true })
  cpSync(storage, join(folder, 'data'), { recursive: true })
  writeFileSync(join(folder, 'server.properties'), properties(port, controller, 'data'))
  return {
    name: 'kafka-1',
    service: 'kafka',
    folder,
    address: `127.0.0.1:${port}`,
    java,
    args: ['-Xmx512m', '-Xms128m', ...jvmFlags, log4jFlag, '-cp', classes, 'kafka.Kafka', 'server.properties'],
    ask: async (signal) => ((await brokerServes(port, signal)) ? 'broker' : undefined),
  }
}

/** Storage as Kafka's own tool formats it; kept, because it depends on nothing but the version. */
async function formattedStorage(version: string, java: string, classes: string, signal: AbortSignal): Promise<string> {
  const folder = join(jarsFolder, `kafka-${version}-formatted`)
  if (existsSync(folder)) return folder
  const format = async (): Promise<void> => {
    if (existsSync(folder)) return
    const unfinished = mkdtempSync(join(jarsFolder, 'unfinished-'))
    try {
      const file = join(unfinished, 'server.properties')
      writeFileSync(file, properties(1, 2, join(unfinished, 'data')))
      const args = [...jvmFlags, log4jFlag, '-cp', classes, 'kafka.tools.StorageTool', 'format', '-t', clusterId]
      const { error, output } = await run(java, [...args, '-c', file], signal)
      if (error) throw errors.TOOL_FAILED({ tool: 'StorageTool', exitCode: Number(error.code), output })
      renameSync(join(unfinished, 'data'), folder)
    } finally {
      rmSync(unfinished, { recursive: true, force: true })
    }
  }
  await withLock(`${folder}.lock`, format, signal)
  return folder
}

/** Any 16 bytes in base64. */
const clusterId = 'AAAAAAAAAAAAAAAAAAAAAQ'

const properties = (port: number, controller: number, data: string): string => `\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs=${data}
# Small, for one machine that runs the tests as well.
num.network.threads=2
num.io.threads=4
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
log.cleaner.dedupe.buffer.size=16777216
log.segment.bytes=134217728
# A deleted topic leaves the disk soon.
log.segment.delete.delay.ms=1000
# Groups form and end quickly.
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
# A misspelt topic is an error.
auto.create.topics.enable=false
# A killed broker may return as soon as its registration has ended: with the default that takes 12 s.
broker.session.timeout.ms=1500
broker.heartbeat.interval.ms=300
`
