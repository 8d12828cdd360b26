import { startCluster } from '@ringkeeper-tools/cluster'
import { compareCosts, figure, publish, skipped, versionsOf, type Contest, type Row } from '../harness/index.ts'
import { fill } from './fixture.ts'
import { forwarded, grown, items, settings, type Job } from './settings.ts'
import { OldNode } from './old-node.ts'
import { SideProcess } from './side-process.ts'
import { cpuOfKcat, findKcat } from './sides/kcat.ts'

const outputs = Object.fromEntries(settings.targets.map((target) => [target, `out-${target}`]))
const small = { 'retention.bytes': '33554432', 'segment.bytes': '16777216' }

await using cluster = await startCluster({
  zookeeper: false,
  kafka: {
    topics: [
      { name: 'input', partitions: settings.partitions },
      ...Object.values(outputs).map((name) => ({ name, partitions: 4, configs: small })),
    ],
  },
})
const { bootstrap } = cluster.kafka
await fill(bootstrap, 'input', grown[1])
const job = (records: number): Job => ({ bootstrap, topic: 'input', items: records, outputs })

/** Compares ours with a rival, each in its own process, on this Node or another. */
async function versus(
  way: string,
  rival: string,
  ours: Job,
  theirs: Job,
  contest: Contest,
  node?: string,
): Promise<Row> {
  using mine = await SideProcess.start(way, node)
  using other = await SideProcess.start(rival, node)
  const cost = async (side: SideProcess, what: Job): Promise<number> => (await side.run(what)).cpu
  return await compareCosts(
    contest,
    () => cost(mine, ours),
    () => cost(other, theirs),
  )
}

/** Both sides on the oldest Node that we support, where only version 1 of @platformatic/kafka runs. */
async function onOldNode(): Promise<Row[]> {
  const work = `read, route, commit: both on Node ${OldNode.version}`
  const rivals = [
    ['platformatic 1 read', '@platformatic/kafka 1 data events'],
    ['platformatic 1 iterate', '@platformatic/kafka 1 async iterator'],
  ] as const
  using node = await OldNode.install()
  const rows: Row[] = []
  for (const [side, rival] of rivals) {
    const contest = { work, rival, goal: '>= 15' }
    rows.push(
      node
        ? await versus('ringkeeper read', side, whole, job(items.platformatic1), contest, node.path)
        : { ...skipped(work, 'ns', 'no such Node could be installed'), rival },
    )
  }
  return rows
}

/**
 * The most that reading can get ahead of @platformatic/kafka on this machine: if a record cost nothing once it is here, and
 * if a pipeline cost nothing besides what is done to each record.
 */
async function ceilings(): Promise<Row[]> {
  const rival = '@platformatic/kafka data events'
  const against = (side: string, work: string): Promise<Row> =>
    versus(side, 'platformatic read', whole, job(items.platformatic), { work, rival })
  return [
    await against('fetch', 'only fetching, without looking at a record'),
    await against('fetch and route', 'only fetching, decoding and routing, without a pipeline'),
  ]
}

async function againstKcat(contest: Contest): Promise<Row> {
  const kcat = await findKcat()
  if (!kcat) return skipped(contest.work, 'ns', 'kcat is not installed (Debian: apt install kcat)')
  using mine = await SideProcess.start('ringkeeper read')
  return await compareCosts(
    { ...contest, rival: `kcat ${kcat.version}` },
    async () => (await mine.run(job(items.ringkeeper))).cpu,
    () => cpuOfKcat(kcat.command, job(items.kcat)),
  )
}

/** How much larger a process is after five times as many records in the same pipeline. */
async function growth(): Promise<number> {
  using mine = await SideProcess.start('ringkeeper readOn')
  const { rss: first } = await mine.run(job(grown[0]))
  const { rss: last } = await mine.run(job(grown[1]))
  return last / first
}

const { maxBytes, maxPartitionBytes, concurrency, partitions, keys, valueBytes, step } = settings
console.log(
  `${items.ringkeeper} records of ${valueBytes} bytes, ${keys} keys, ${partitions} partitions, ${step / partitions} to a batch; each ` +
    `rival reads fewer, and costs count by the record\n` +
    `every side fetches up to ${maxBytes} bytes, ${maxPartitionBytes} a partition; kafkajs works on ${concurrency} partitions at a time\n` +
    'each side is a process of its own, and the time is its CPU time from connecting to the last commit',
)
const whole = job(items.ringkeeper)
const rows: Row[] = [
  await versus('ringkeeper read', 'kafkajs read', whole, job(items.eachBatch), {
    work: 'read, route through the ring, commit',
    rival: 'kafkajs eachBatch',
    goal: '>= 5',
  }),
  await versus('ringkeeper readFields', 'kafkajs readFields', whole, job(items.eachBatch), {
    work: 'the same, reading every key and value',
    rival: 'kafkajs eachBatch',
    goal: '>= 2',
  }),
  await versus('ringkeeper read', 'platformatic read', whole, job(items.platformatic), {
    work: 'read, route through the ring, commit',
    rival: '@platformatic/kafka data events',
    goal: '>= 15',
  }),
  await versus('ringkeeper read', 'platformatic iterate', whole, job(items.platformaticIterator), {
    work: 'read, route through the ring, commit',
    rival: '@platformatic/kafka async iterator',
    goal: '>= 15',
  }),
  ...(await ceilings()),
  await versus('ringkeeper read', 'platformatic 1 iterate', whole, job(items.platformatic1), {
    work: 'read, route through the ring, commit',
    rival: '@platformatic/kafka 1 async iterator',
  }),
  ...(await onOldNode()),
  await versus('ringkeeper forward', 'kafkajs forward', job(forwarded.ringkeeper), job(forwarded.eachBatch), {
    work: 'Kafka to ring to Kafka',
    rival: 'kafkajs eachBatch + producer',
    goal: '>= 12',
  }),
  await againstKcat({ work: 'read, route through the ring, commit', rival: 'kcat', goal: '>= 1', stretch: true }),
  figure('memory after 10 million records / after 2 million', 'x', [await growth(), await growth()], '<= 1.1'),
]
publish({
  command: 'bench:ingest',
  versions: versionsOf(['kafkajs', '@platformatic/kafka', 'platformatic-kafka-1'], import.meta.url),
  rows,
})
