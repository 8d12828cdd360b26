import { createAssignor, type AssignResult, type MemberInput } from '@ringkeeper/partitioning'
import kafkajs from 'kafkajs'
import { figure, type Row } from '../harness/index.ts'
import { exhaustive, movesOf } from './exhaustive.ts'
import { randomNumbers } from './inputs.ts'

const sticky = createAssignor({ kind: 'sticky' })
const PARTITIONS = 10_000

/** How many partitions change hands. */
export async function moving(): Promise<Row[]> {
  const ids = Array.from({ length: 100 }, (_, i) => `member-${String(i).padStart(3, '0')}`)
  const before = sticky.assign(undefined, ids, PARTITIONS).assignment
  const cases = [
    { name: 'one of 100 members leaves', after: ids.toSpliced(37, 1) },
    { name: 'one joins 100 members', after: [...ids, 'member-050x'] },
  ]
  const rows: Row[] = []
  for (const { name, after } of cases) {
    const result = sticky.assign(before, after, PARTITIONS)
    const theirs = await roundRobinMoves(ids, after)
    const ratio = result.moves.length / theirs
    rows.push(figure(`moves above the lower bound, 10k partitions, ${name}`, 'partitions', [excess(result)], '0'), {
      work: `moves, 10k partitions, ${name}`,
      rival: 'kafkajs round robin',
      unit: 'partitions',
      ours: result.moves.length,
      theirs,
      ratio,
      goal: '<= 0.1',
      met: ratio <= 0.1,
    })
  }
  return [...rows, mixed()]
}

function excess({ moves, leastMoves }: AssignResult): number {
  return moves.length - leastMoves!
}

/** Random groups of members with different topics, small enough to try every assignment. */
function mixed(): Row {
  const random = randomNumbers(17)
  const draw = (below: number): number => Math.floor(random() * below)
  let ours = 0
  let least = 0
  for (let round = 0; round < 300; round++) {
    const topics = Array.from({ length: 3 }, (_, i) => ({ topic: `t${i}`, partitions: 1 + draw(3) }))
    const members = Array.from({ length: 3 }, (_, i) => {
      const mask = 1 + draw(7)
      return { id: `m${i}`, topics: topics.filter((_, topic) => (mask >> topic) & 1).map(({ topic }) => topic) }
    })
    const topicOf = topics.flatMap(({ topic, partitions }) => Array.from({ length: partitions }, () => topic))
    const live = topicOf.map(() => draw(3))
    const previous = { members: members.map(({ id }) => id), owners: Int32Array.from(live) }
    const { assignment } = sticky.assign(previous, members satisfies MemberInput[], topics)
    const best = exhaustive(members, topicOf, live)
    const squares = sumOfSquares([...assignment.owners])
    // Less balanced would be a worse fault than a move too many; it counts as if everything had moved.
    ours += squares > best.squares ? topicOf.length : movesOf(assignment.owners, live)
    least += best.moves
  }
  return figure(
    'moves of 300 small groups of mixed topics over an exhaustive search',
    'ratio',
    [ours / least],
    '<= 1.05',
  )
}

function sumOfSquares(owners: readonly number[]): number {
  const counts = [0, 0, 0]
  for (const owner of owners) if (owner >= 0) counts[owner]!++
  return counts.reduce((sum, count) => sum + count * count, 0)
}

async function roundRobinMoves(before: readonly string[], after: readonly string[]): Promise<number> {
  const first = await roundRobin(before)
  const next = await roundRobin(after)
  return first.filter((owner, partition) => owner !== next[partition]).length
}

/** The owner of each partition by kafkajs's only assigner. */
async function roundRobin(ids: readonly string[]): Promise<string[]> {
  const partitions = Array.from({ length: PARTITIONS }, (_, partitionId) => ({ partitionId }))
  const cluster = { findTopicPartitionMetadata: () => partitions }
  const assigner = kafkajs.PartitionAssigners.roundRobin({ cluster } as never)
  const members = ids.map((memberId) => ({ memberId, memberMetadata: Buffer.alloc(0) }))
  const owners: string[] = []
  for (const { memberId, memberAssignment } of await assigner.assign({ members, topics: ['t'] })) {
    const decoded = kafkajs.AssignerProtocol.MemberAssignment.decode(memberAssignment)
    for (const partition of decoded!.assignment['t']!) owners[partition] = memberId
  }
  return owners
}
