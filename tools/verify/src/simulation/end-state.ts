import { shardKey } from '@ringkeeper/core'
import type { SimulatedWorker } from './simulated-worker.ts'
import type { Simulation } from './simulation.ts'
import { paths } from './tree-watch.ts'
import type { Violation } from './verdict.ts'

/** What is not as it should be when nothing goes wrong any more; `undefined` when all is well. */
export async function disorderOf(simulation: Simulation): Promise<Violation | undefined> {
  const { unfinished, staleKey } = simulation.ledger
  if (unfinished !== undefined) return { kind: 'lost', what: unfinished }
  if (staleKey !== undefined) return { kind: 'order', what: staleKey }
  const staying = simulation.workers.filter(({ isStaying }) => isStaying)
  for (const shard of simulation.kafka.shards.value) {
    const disorder = disorderOfShard(simulation, shardKey(shard), simulation.kafka.log(shard).length, staying)
    if (disorder) return disorder
  }
  for (const worker of simulation.workers) {
    const what = leftBy(worker)
    if (what !== undefined) return { kind: 'left behind', what }
  }
  return await leftInTree(simulation, staying.length)
}

function disorderOfShard(
  { observed: tree, kafka, settings }: Simulation,
  key: string,
  end: number,
  staying: readonly SimulatedWorker[],
): Violation | undefined {
  const owners = staying.filter(({ active }) => active.includes(key)).map(({ id }) => id)
  if (owners.length === 0) return { kind: 'unowned', what: `nobody works on ${key}` }
  if (owners.length > 1) return { kind: 'two owners', what: `${owners.join(' and ')} work on ${key}` }
  const planned = tree.plannedOwner(key)
  if (planned !== owners[0]) return { kind: 'unowned', what: `${key} is ${planned}'s, and ${owners[0]} works on it` }
  const committed = kafka.committed.get(key)
  // Without a mark it is not what a worker has committed.
  const position = committed?.metadata === '' ? undefined : committed?.position
  const kept = settings.keepsOffsets ? position : tree.shard(key).nextOffset
  if (kept !== end) return { kind: 'lost', what: `${key} ends at ${end}, and its position stays at ${kept}` }
  return undefined
}

/** What a worker that was asked to leave has left. */
function leftBy({ id, isLeaving, hasLeft, process, timers, sessions }: SimulatedWorker): string | undefined {
  if (!isLeaving || process.isKilled) return undefined
  if (!hasLeft) return `${id} does not come to leave`
  if (timers > 0) return `${id} has left, and ${timers} of its timers are set`
  const isOpen = sessions.some(({ state }) => state !== 'closed' && state !== 'expired')
  return isOpen ? `${id} has left, and its session is there` : undefined
}

/** Every worker that stays has one node as a member and one in the election, and nobody else has any. */
async function leftInTree({ clock, operator }: Simulation, staying: number): Promise<Violation | undefined> {
  for (const path of [paths.members, paths.election]) {
    const { children } = await clock.run(operator.session.children(path))
    if (children.length === staying) continue
    return { kind: 'left behind', what: `${path} has ${children.length} nodes of ${staying} workers` }
  }
  return undefined
}
