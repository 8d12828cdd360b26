import { createAssignor, type AssignResult, type TopicPartitions } from '@ringkeeper/partitioning'
import { figure, median, skipped, spreadOf, type Row } from '../harness/index.ts'
import { StickyRival } from './sticky-rival.ts'

const sticky = createAssignor({ kind: 'sticky' })

interface Times {
  readonly fullMs: number
  readonly joinMs: number
  readonly first: AssignResult
  readonly joined: AssignResult
}

/** How long assignments take, alone and beside Kafka's. */
export async function assigning(): Promise<Row[]> {
  return [...(await besideKafka()), ...alone()]
}

async function besideKafka(): Promise<Row[]> {
  const works = ['full assignment of 100k partitions to 200 members', 'one more member joins them'] as const
  const rival = "kafka-clients' StickyAssignor"
  let kafka: StickyRival
  try {
    kafka = await StickyRival.start()
  } catch (error) {
    return works.map((work) => skipped(work, 'ms', (error as Error).message))
  }
  await using _ = kafka
  const pairs: { readonly ours: Times; readonly theirs: Awaited<ReturnType<StickyRival['run']>> }[] = []
  for (let warm = 0; warm < 30; warm++) {
    run(100_000, 1000, 200)
    await kafka.run(100_000, 1000, 200)
  }
  for (let round = 0; round < 7; round++) {
    const ours = run(100_000, 1000, 200)
    pairs.push({ ours, theirs: await kafka.run(100_000, 1000, 200) })
  }
  return works.map((work, i): Row => {
    const field = i === 0 ? 'fullMs' : 'joinMs'
    const ratios = pairs.map(({ ours, theirs }) => ours[field] / theirs[field])
    const ratio = median(ratios)
    return {
      work,
      rival: `${rival} ${kafka.version}`,
      unit: 'ms',
      ours: median(pairs.map(({ ours }) => ours[field])),
      theirs: median(pairs.map(({ theirs }) => theirs[field])),
      ratio,
      spread: spreadOf(ratios),
      goal: '<= 0.1',
      met: ratio <= 0.1,
    }
  })
}

function alone(): Row[] {
  const sizes = [
    [10_000, 20],
    [100_000, 200],
    [1_000_000, 2000],
  ] as const
  const rows: Row[] = []
  const costs: number[] = []
  for (const [partitions, members] of sizes) {
    run(partitions, 1, members)
    run(partitions, 1, members)
    const rounds = Array.from({ length: 5 }, () => run(partitions, 1, members))
    const isLargest = partitions === 1_000_000
    const work = `${partitions} partitions to ${members} members`
    const goals = isLargest ? (['<= 120', '<= 200'] as const) : ([undefined, undefined] as const)
    rows.push(
      figure(
        `${work}, full`,
        'ms',
        rounds.map(({ fullMs }) => fullMs),
        goals[0],
        { stretch: true },
      ),
      figure(
        `${work}, one joins`,
        'ms',
        rounds.map(({ joinMs }) => joinMs),
        goals[1],
        { stretch: true },
      ),
    )
    costs.push(median(rounds.map(({ fullMs, joinMs }) => fullMs + joinMs)) / partitions)
  }
  const growth = costs.at(-1)! / costs[0]!
  rows.push(figure('time for each partition at 1M over that at 10k (linear: 1)', 'ratio', [growth], '<= 2'))
  return rows
}

function run(partitions: number, topics: number, members: number): Times {
  const ids = Array.from({ length: members + 1 }, (_, i) => `member-${String(i).padStart(6, '0')}`)
  const set = Array.from({ length: topics }, (_, i): TopicPartitions => {
    return { topic: `topic-${i}`, partitions: partitions / topics }
  })
  const [fullMs, first] = timed(() => sticky.assign(undefined, ids.slice(0, members), set))
  const [joinMs, joined] = timed(() => sticky.assign(first.assignment, ids, set))
  return { fullMs, joinMs, first, joined }
}

function timed<T>(work: () => T): readonly [ms: number, result: T] {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  return [(user + system) / 1000, result]
}
