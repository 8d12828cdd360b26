import { Command, InvalidArgumentError, Option } from 'commander'
import { attachCluster, startDetachedCluster, stopCluster } from './cluster.ts'
import { parseTopic, type ClusterOptions, type TopicOptions } from './options.ts'
import type { ClusterStatus } from './status.ts'
import { kafkaToolCall, kafkaToolNames, runTool, zooKeeperToolCall } from './tools.ts'

interface UpFlags {
  readonly name: string
  readonly json?: true
  readonly only?: 'zookeeper' | 'kafka'
  readonly zookeeperServers: '1' | '3'
  readonly zookeeperPort?: number
  readonly zookeeperVersion?: string
  readonly tickTime?: number
  readonly tls?: true
  readonly kafkaPort?: number
  readonly kafkaVersion?: string
  readonly topic: readonly TopicOptions[]
}

/** The command line `cluster`. */
export function program(): Command {
  const cluster = new Command('cluster').description('Real ZooKeeper and Kafka on loopback, from Maven artifacts')
  // Options after a tool's name are the tool's.
  cluster.enablePositionalOptions()
  cluster.addCommand(up())
  cluster.addCommand(
    named('down', 'end a cluster and remove its data').action(async ({ name }: { name: string }) => {
      await stopCluster(name)
    }),
  )
  cluster.addCommand(
    named('status', 'print addresses and servers')
      .option('--json', 'as JSON')
      .action(async ({ name, json }: { name: string; json?: true }) => {
        print(await (await attachCluster(name)).status(), json)
      }),
  )
  cluster.addCommand(
    tool('kafka', "run one of Kafka's command-line tools, e.g. kafka topics --list")
      .usage('[options] <tool> [tool options]')
      .addHelpText('after', `\ntools: ${kafkaToolNames.join(', ')}`)
      .action(async (args: string[], { name }: { name: string }, command: Command) => {
        const [toolName, ...rest] = args
        if (toolName === undefined) return wrongUsage(command)
        if (args.includes('--name')) return misplacedName(command, args)
        const { kafka } = await attachCluster(name)
        process.exitCode = await runTool(await kafkaToolCall(toolName, kafka.bootstrap, rest))
      }),
  )
  cluster.addCommand(
    tool('zookeeper', "run ZooKeeper's own client, e.g. zookeeper ls /").action(
      async (args: string[], { name }: { name: string }, command: Command) => {
        if (args.includes('--name')) return misplacedName(command, args)
        const { zookeeper } = await attachCluster(name)
        process.exitCode = await runTool(await zooKeeperToolCall(zookeeper.connect, args))
      },
    ),
  )
  for (const [action, what] of Object.entries(serverActions)) cluster.addCommand(server(action as ServerAction, what))
  for (const [action, what] of Object.entries(linkActions)) cluster.addCommand(link(action as 'cut' | 'heal', what))
  return cluster
}

const serverActions = {
  stop: 'end one server in order (SIGTERM), keeping its data',
  start: 'start it again and wait until it answers',
  kill: 'end it at once (SIGKILL), keeping its data',
  freeze: 'halt it with its connections open (SIGSTOP)',
  thaw: 'let a frozen server go on',
} as const
type ServerAction = keyof typeof serverActions

const linkActions = {
  cut: 'cut the link between two ZooKeeper servers',
  heal: 'restore a link that was cut',
} as const

function up(): Command {
  const collect = (text: string, all: readonly TopicOptions[]): TopicOptions[] => [...all, parseTopic(text)]
  return named('up', 'start servers and wait until they answer')
    .option('--json', 'print the addresses as JSON')
    .addOption(new Option('--only <service>', 'start only this one').choices(['zookeeper', 'kafka']))
    .addOption(new Option('--zookeeper-servers <number>', '1 or 3').choices(['1', '3']).default('1'))
    .option('--zookeeper-port <port>', 'client port of the first server; free ports by default', whole)
    .option('--zookeeper-version <version>')
    .option('--tick-time <ms>', "ZooKeeper's tickTime", whole)
    .option('--tls', 'open a TLS port on each ZooKeeper server as well')
    .option('--kafka-port <port>', 'client port of the broker; a free one by default', whole)
    .option('--kafka-version <version>')
    .option('--topic <name:partitions>', 'a topic to create, such as orders:16 (repeatable)', collect, [])
    .action(async (flags: UpFlags) => {
      const options: ClusterOptions = {
        zookeeper: flags.only !== 'kafka' && {
          servers: flags.zookeeperServers === '3' ? 3 : 1,
          port: flags.zookeeperPort,
          version: flags.zookeeperVersion,
          tickTime: flags.tickTime,
          tls: flags.tls,
        },
        kafka: flags.only !== 'zookeeper' && {
          port: flags.kafkaPort,
          version: flags.kafkaVersion,
          topics: flags.topic,
        },
      }
      const interrupted = new AbortController()
      process.once('SIGINT', () => interrupted.abort(new Error('interrupted')))
      const cluster = await startDetachedCluster({ ...options, name: flags.name, signal: interrupted.signal })
      print(await cluster.status(), flags.json)
    })
}

function server(action: ServerAction, what: string): Command {
  const command = named(action, what).argument('<server>', 'zookeeper-1, zookeeper-2, zookeeper-3 or kafka-1')
  if (action === 'start') command.option('--no-wait', 'do not wait until it answers')
  return command.action(async (serverName: string, { name, wait }: { name: string; wait?: boolean }) => {
    const cluster = await attachCluster(name)
    const one = cluster.server(serverName)
    await (action === 'start' ? one.start({ wait }) : one[action]())
  })
}

function link(action: 'cut' | 'heal', what: string): Command {
  const command = named(action, what).argument('<server>').argument('<server>')
  if (action === 'cut')
    command.option('--silent', 'leave connections open, carrying nothing, instead of resetting them')
  return command.action(async (a: string, b: string, { name, silent }: { name: string; silent?: boolean }) => {
    const cluster = await attachCluster(name)
    await (action === 'cut' ? cluster.cut(a, b, { silent: silent ?? false }) : cluster.heal(a, b))
  })
}

/** A command on one cluster. */
const named = (command: string, what: string): Command =>
  new Command(command).description(what).option('--name <name>', 'which cluster', 'default')

/** A command that passes everything on, except a --name before the first argument. */
const tool = (service: string, what: string): Command =>
  named(service, what).argument('[args...]').passThroughOptions().allowUnknownOption()

/** As in BSD's sysexits.h. */
const usageExitCode = 64

function wrongUsage(command: Command): void {
  process.exitCode = usageExitCode
  command.help({ error: true })
}

/** No tool has an option of this name. */
function misplacedName(command: Command, args: readonly string[]): void {
  const at = args.indexOf('--name')
  const [, name = '<name>'] = args.slice(at)
  const others = args.filter((_, index) => index !== at && index !== at + 1)
  const right = ['cluster', command.name(), '--name', name, ...others].join(' ')
  command.error(`error: --name stands before what ${command.name()} is to do: write ${right}`, {
    exitCode: usageExitCode,
  })
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}

function print(status: ClusterStatus, json: true | undefined): void {
  if (json) {
    console.log(JSON.stringify(status))
    return
  }
  if (status.zookeeper) console.log(`zookeeper  ${status.zookeeper}  tickTime ${status.tickTime} ms`)
  if (status.zookeeperTls) console.log(`  tls      ${status.zookeeperTls.connect}  ca ${status.zookeeperTls.ca}`)
  if (status.kafka) console.log(`kafka      ${status.kafka}`)
  for (const { name, address, state, mode, pid } of status.servers)
    console.log(`  ${name.padEnd(12)} ${address}  ${state}${mode ? `, ${mode}` : ''}${pid ? `, pid ${pid}` : ''}`)
  for (const [a, b] of status.cuts) console.log(`  cut: ${a} - ${b}`)
  console.log(`started in ${(status.startTime / 1000).toFixed(1)} s; logs in ${status.folder}`)
}
