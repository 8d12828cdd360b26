import { spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { errors } from './errors.ts'
import { classPath, kafkaToolsVersion, zooKeeperVersion } from './jars.ts'
import { jvmFlags, requireJava } from './java.ts'
import { log4jFlag } from './kafka-server.ts'

/** Kafka's command-line tools by the name of their script without `kafka-` and `.sh`. */
const kafkaTools = {
  acls: 'AclCommand',
  'broker-api-versions': 'BrokerApiVersionsCommand',
  'console-consumer': 'consumer.ConsoleConsumer',
  'console-producer': 'ConsoleProducer',
  'consumer-groups': 'consumer.group.ConsumerGroupCommand',
  'consumer-perf-test': 'ConsumerPerformance',
  'delete-records': 'DeleteRecordsCommand',
  'get-offsets': 'GetOffsetShell',
  groups: 'GroupsCommand',
  'log-dirs': 'LogDirsCommand',
  'producer-perf-test': 'ProducerPerformance',
  topics: 'TopicCommand',
  transactions: 'TransactionsCommand',
} as const satisfies Record<string, string>

/** What can be run. */
export const kafkaToolNames: readonly string[] = Object.keys(kafkaTools)

/** A tool of {@link Cluster.kafkaTool}. */
export type KafkaTool = keyof typeof kafkaTools

/** How a tool is to be run: what to give to `java`. */
export interface ToolCall {
  readonly name: string
  readonly args: readonly string[]
}

/**
 * How to run one of Kafka's tools against a broker.
 *
 * @throws RK_CLUSTER_NO_SUCH_TOOL
 */
export async function kafkaToolCall(tool: string, bootstrap: string, args: readonly string[]): Promise<ToolCall> {
  if (!Object.hasOwn(kafkaTools, tool)) throw errors.NO_SUCH_TOOL({ tool, tools: kafkaToolNames })
  const classes = await classPath('kafka-tools', kafkaToolsVersion)
  const main = `org.apache.kafka.tools.${kafkaTools[tool as KafkaTool]}`
  const jvm = ['-Xmx512m', ...jvmFlags, log4jFlag, '-Dlog.level=warn', '-cp', classes, main]
  return { name: `kafka-${tool}`, args: [...jvm, '--bootstrap-server', bootstrap, ...args] }
}

/** How to run ZooKeeper's own client (ZooKeeperMain) against a server. */
export async function zooKeeperToolCall(connect: string, args: readonly string[]): Promise<ToolCall> {
  const classes = await classPath('zookeeper', zooKeeperVersion)
  const logging = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
  const main = 'org.apache.zookeeper.ZooKeeperMain'
  return { name: 'zkCli', args: ['-Xmx128m', ...jvmFlags, logging, '-cp', classes, main, '-server', connect, ...args] }
}

/** Runs a tool on this terminal. @returns its exit code. */
export async function runTool({ args }: ToolCall): Promise<number> {
  const child = await start(args, 'inherit')
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

/**
 * Runs a tool without input.
 *
 * @returns its stdout.
 * @throws RK_CLUSTER_TOOL_FAILED
 */
export async function captureTool({ name, args }: ToolCall): Promise<string> {
  const child = await start(args, ['ignore', 'pipe', 'pipe'])
  const exited = once(child, 'exit') as Promise<[number | null]>
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    exited,
  ])
  if (code !== 0) throw errors.TOOL_FAILED({ tool: name, exitCode: code ?? 1, output: `${stdout}${stderr}`.trim() })
  return stdout
}

async function start(args: readonly string[], stdio: StdioOptions) {
  return spawn(await requireJava(), args, { stdio })
}
